"""Why a copy cannot be made or brought back."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class WrongBackupKey(Refused):
    """``facts``: file."""

    code = "wrong-backup-key"
    says = _("这把钥匙打不开备份 {file}，什么都没有动。")
    fix = _("用做这份备份时的钥匙：--key 钥匙文件，或环境变量 ZHANGGUI_BACKUP_KEY。")


class DamagedBackup(Refused):
    """``facts``: file."""

    code = "backup-damaged"
    says = _("备份 {file} 不完整或被改过，什么都没有动。")
    fix = _("换一份备份再试；最近一份标着「可用」的最稳妥。")


class NotTheSame(Refused):
    """``facts``: file, tables."""

    code = "backup-differs"
    says = _("从备份 {file} 还原出来的数据与备份时不一样：{tables}。")
    fix = _("换一份备份；这份已记为「不可用」。")


class NotClean(Refused):
    """``facts``: file, checks."""

    code = "backup-not-clean"
    says = _("从备份 {file} 还原出来的账不平：{checks}。")
    fix = _("先用 zhanggui verify 查现在的账，再重新备份。")


class MadeByNewer(Refused):
    """``facts``: file, missing."""

    code = "backup-newer"
    says = _("备份 {file} 是更新版本的掌柜做的，这个版本读不了。")
    fix = _("先升级程序，再还原。")


class OtherDatabase(Refused):
    """``facts``: file, made_on, now."""

    code = "backup-other-database"
    says = _("备份 {file} 来自 {made_on}，现在用的是 {now}。")
    fix = _("把 ZHANGGUI_DATABASE_URL 设成同一种数据库再还原。")


class OtherMerchant(Refused):
    """``facts``: file, made_for, now."""

    code = "backup-other-merchant"
    says = _("备份 {file} 是商家 {made_for} 的，现在打开的是 {now}。")
    fix = _("把 ZHANGGUI_MERCHANT 设成 {made_for} 再还原。")


class StillOpen(Refused):
    """Somebody works in the books that are to be replaced."""

    code = "still-open"
    says = _("掌柜还在运行，现在还原会丢掉正在做的事。")
    fix = _("先停掉 zhanggui run 和 zhanggui worker，再还原。")


class NoTools(Refused):
    """``facts``: tool, version."""

    code = "no-postgres-tools"
    says = _("这台机器上没有可用的 {tool}（要 {version} 或更新）。")
    fix = _("在 Debian 上：apt install postgresql-client。")


class ToolFailed(Refused):
    """``facts``: tool, said."""

    code = "postgres-tool-failed"
    says = _("{tool} 没有做成：{said}")
    fix = _("按这句话处理后再试；原来的数据没有动。")


class NoRoomAside(Refused):
    """``facts``: user."""

    code = "no-room-aside"
    says = _("数据库用户 {user} 不能新建数据库，备份没法在旁边试还原。")
    fix = _("请管理员执行：ALTER ROLE {user} CREATEDB。")


class OtherKeys(Refused):
    """``facts``: file."""

    code = "other-keys"
    says = _("备份 {file} 里的数据是用另一组钥匙封的，而现在的钥匙由 ZHANGGUI_KEYS 指定。")
    fix = _("先把 ZHANGGUI_KEYS 换成备份时的那组，或去掉它让还原自己放好钥匙。")


class Busy(Refused):
    """Another copy is being made or tried."""

    code = "backup-busy"
    says = _("另一份备份正在做，稍等片刻。")
    fix = _("做完后在「设置 · 备份」里能看到。")
