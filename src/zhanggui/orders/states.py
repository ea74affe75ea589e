"""The life of an order: one stage, and separate facets for payment, holds and goods."""

from zhanggui.kernel.flow import Flow

DRAFT = "draft"
PENDING_PAYMENT = "pending_payment"
PENDING_REVIEW = "pending_review"
APPROVED = "approved"
FULFILLING = "fulfilling"
SHIPPED = "shipped"
DELIVERED = "delivered"
COMPLETED = "completed"
CANCELLED = "cancelled"

ORDER = Flow(
    "order",
    {
        "submit": {DRAFT: PENDING_REVIEW},
        "pay": {PENDING_PAYMENT: PENDING_REVIEW},
        "approve": {PENDING_REVIEW: APPROVED},
        "unapprove": {APPROVED: PENDING_REVIEW},
        "release": {APPROVED: FULFILLING},
        "recall": {FULFILLING: APPROVED},
        "ship": {FULFILLING: SHIPPED},
        "deliver": {SHIPPED: DELIVERED},
        "complete": {DELIVERED: COMPLETED},
        "cancel": {DRAFT: CANCELLED, PENDING_PAYMENT: CANCELLED, PENDING_REVIEW: CANCELLED, APPROVED: CANCELLED},
        "restore": {CANCELLED: PENDING_REVIEW},
    },
    # What a shop hands over may already be on its way or over.
    starts=[DRAFT, PENDING_PAYMENT, PENDING_REVIEW, SHIPPED, COMPLETED, CANCELLED],
)

UNSHIPPED = (DRAFT, PENDING_PAYMENT, PENDING_REVIEW, APPROVED, FULFILLING)
WORD = {
    DRAFT: "草稿",
    PENDING_PAYMENT: "待付款",
    PENDING_REVIEW: "待审核",
    APPROVED: "已审核",
    FULFILLING: "发货中",
    SHIPPED: "已发货",
    DELIVERED: "已签收",
    COMPLETED: "已完成",
    CANCELLED: "已取消",
}
