"""The lives of a wave and of a parcel."""

from zhanggui.kernel.flow import Flow

OPEN, PICKING, PICKED, DONE = "open", "picking", "picked", "done"
CANCELLED = "cancelled"

WAVE = Flow(
    "wave",
    {
        "release": {OPEN: PICKING},
        "finish_picking": {PICKING: PICKED},
        "resume_picking": {PICKED: PICKING},
        "finish": {PICKED: DONE},
        "cancel": {OPEN: CANCELLED, PICKING: CANCELLED},
        # A wave whose orders were all taken out before it was released.
        "drop": {OPEN: CANCELLED},
    },
    starts=[OPEN],
)

WAITING, PACKING, PACKED, SHIPPED, VOIDED = "waiting", "packing", "packed", "shipped", "voided"

PARCEL = Flow(
    "parcel",
    {
        "open": {WAITING: PACKING},
        "close": {PACKING: PACKED, WAITING: PACKED},
        "reopen": {PACKED: PACKING},
        "ship": {PACKED: SHIPPED},
        "void": {WAITING: VOIDED, PACKING: VOIDED, PACKED: VOIDED},
    },
    starts=[WAITING],
)

WAVE_WORD = {OPEN: "待下发", PICKING: "拣货中", PICKED: "已拣齐", DONE: "已完成", CANCELLED: "已取消"}
PARCEL_WORD = {WAITING: "待打包", PACKING: "打包中", PACKED: "待发货", SHIPPED: "已发货", VOIDED: "已作废"}
