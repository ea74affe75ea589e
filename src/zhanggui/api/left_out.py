"""The verbs that are no operations, each with its reason, and the questions of the pages that no program asks. Every other verb
of the registry is one; a test holds both to it."""

IMPORTER = "a step of the importer: rows reach it only from a file that was looked through"
INNER = "half of another verb: done alone it would leave the books half told"
CARRIER = "one end of a talk with a carrier: only the house that talks knows what was said"
BY_HAND = "handed from one person to another, shown once"
FILE = "answers with a file on the server's disk"
FOR_FILES = "of files that people bring by hand: a program names its fields itself"
PAPER = "counts what our own press printed"
PERSONAL = "answers with somebody's personal data in plain: a person asks for it, and it goes to no program"
DESK = "what people keep at their own desk: a program that knows its order places it with `orders.intake.place`"
SCREEN = "how people like their own screens: a program has none"
BACK = "the way back a person is offered; a program says the same with the verb itself"
CLOCK = "what the house does by itself when a time is over"
DECIDED = "a person looks at what a gateway says beside our own book, and decides"
KEEPER = "what the keeper of backups writes down about its own work"

LEFT_OUT = {
    "accounts.access.renew_password": BY_HAND,
    "accounts.inviting.invite": BY_HAND,
    "accounts.inviting.renew": BY_HAND,
    "accounts.people.add": BY_HAND,
    "accounts.people.open_shop": "makes the first person: there is nobody yet who could lend a key",
    "accounts.rescue.hand_link": BY_HAND,
    "accounts.tastes.prefer_for_all": SCREEN,
    "accounts.tokens.create": BY_HAND,
    "channels.imports.begin": "takes a file from the server's own disk",
    "channels.imports.end": IMPORTER,
    "channels.imports.set_in_order": IMPORTER,
    "channels.imports.start": IMPORTER,
    "channels.mappings.forget": FOR_FILES,
    "channels.mappings.remember": IMPORTER,
    "channels.mappings.rename": FOR_FILES,
    "channels.taking_orders.take": IMPORTER,
    "channels.taking_rows._try": IMPORTER,
    "channels.taking_rows.take": IMPORTER,
    "channels.undoing.finish": IMPORTER,
    "channels.undoing.leave_open": IMPORTER,
    "channels.undoing.put_back": IMPORTER,
    "channels.undoing.take_back": IMPORTER,
    "channels.uploads.queue": IMPORTER,
    "customers.blocking.due": "done by the house when the time of a line of the blacklist has come",
    "customers.erasing.erase": INNER,
    "customers.recipients.rewrite": INNER,
    "customers.revealing.reveal": "reached by `orders.noting.reveal`, which knows whose order it is",
    "fulfilment.sheets.count_prints": PAPER,
    "fulfilment.waybills.intend": "written by `fulfilment.numbers.request`, after which the worker talks to the carrier",
    "fulfilment.waybills.record": CARRIER,
    "hooks.endpoints.open_one": BY_HAND,
    "hooks.endpoints.renew_secret": BY_HAND,
    "ops.backups.failed": KEEPER,
    "ops.backups.found": KEEPER,
    "ops.backups.hand_out": FILE,
    "ops.backups.hand_out_key": BY_HAND,
    "ops.backups.note": KEEPER,
    "ops.plain.orders": PERSONAL,
    "ops.privacy.find": PERSONAL,
    "ops.privacy.hand_out": PERSONAL,
    "ops.restoring.note_restored": KEEPER,
    "orders.put_back.put_back": "how orders stood before an import is known to that import alone",
    "orders.entry.confirm": "makes an order of what a person typed on a page; `orders.intake.place` takes one as it is",
    "orders.copies.copy": DESK,
    "orders.intake.write": "takes orders already sealed for storing; `orders.intake.place` takes them as they are",
    "orders.dues.expire": CLOCK,
    "orders.dues.remind": CLOCK,
    "orders.dues.wait_for": INNER,
    "orders.making.make": DESK,
    "orders.notified.dismiss": DECIDED,
    "orders.notified.settle": DECIDED,
    "orders.statements.take": FOR_FILES,
    "orders.statements.write_down": DECIDED,
    "orders.notified.take": "what a gateway told and signed: its own address takes it",
    "orders.making.take_back": DESK,
    "orders.categories.sort_back": BACK,
    "orders.tags.put_back": BACK,
    "orders.presale.put_back": BACK,
    "orders.noting.flag_back": BACK,
    "orders.review.held_back": BACK,
    "orders.releasing.due": "done by the house when the time of a hold has come",
    "orders.releasing.happened": "done by the house when what a hold waited for has happened",
    "orders.progress.mark_delivered": INNER,
    "orders.progress.mark_shipped": INNER,
    "orders.progress.recall": INNER,
    "orders.progress.release": INNER,
    "orders.recurring.begin": DESK,
    "orders.recurring.change": DESK,
    "orders.recurring.pause": DESK,
    "orders.recurring.place_due": "done by the house when a slot has come",
    "orders.recurring.resume": DESK,
    "orders.recurring.run_now": DESK,
    "orders.recurring.skip": DESK,
    "orders.templates.archive": DESK,
    "orders.templates.bring_back": DESK,
    "orders.templates.copy": DESK,
    "orders.templates.save": DESK,
    "orders.templates.set_customer": DESK,
    "orders.templates.write": DESK,
    "orders.web_forms.submit": "taken from the public page alone, with its pass; a shop of one's own calls `orders.intake.place`",
    "orders.renew.renew": "takes orders already sealed for storing, from a file that was looked through",
    "orders.views.arrange": SCREEN,
    "orders.views.change": SCREEN,
    "orders.views.drop": SCREEN,
    "orders.views.keep": SCREEN,
    "stock.claims.hold": INNER,
    "stock.claims.issue": INNER,
    "stock.claims.release": INNER,
    "stock.claims.share": INNER,
    "stock.counter.hand_over": INNER,
    "stock.moves.pick": INNER,
    "stock.moves.put_back": INNER,
    "tracking.trails.follow": INNER,
    "tracking.trails.miss": CARRIER,
}
# Arguments the house fills in itself: which paper a movement belongs to, where an order came from.
FIXED = {"orders.intake.place": {"source": "api"}}
UNSAID = frozenset({"document", "bare", "source", "lanes"})

# What the pages tell and no program is told: by the table of permissions, which gives these rights to none.
UNASKED = {
    "people and roles": "`people.manage` is nobody's but an owner's; a program could not use a role it may not give",
    "the journal": "`journal.view` is for people; of one order there is `/orders/{order_id}/timeline`",
    "jobs": "`settings` is for people; how the machine stands is told by `/healthz`, `/readyz` and `/metrics`",
    "the report of problems": "it counts what `/lessons` tells one by one",
    "backups": "`backup` is for people: a copy holds everything there is",
    "whose data was seen by whom": "`customer.erase` is for people",
}
