"""What can be done with a case by one digit or one button, on any day: "K7M42 2" never changes its meaning."""

ACCEPT, CANNOT, DONE, NOT_MINE = "accept", "cannot", "finish", "not_mine"
ON_WAY, ARRIVED, NO_ENTRY, PROPOSE = "on_way", "arrived", "no_entry", "propose"
WAIT, GO_ON, ADD_TASK, QUICK = "wait", "go_on", "add_task", "quick"
SETTLED, UNSETTLED = "settled", "unsettled"
KEEP, MOVE, CANCEL, AGREE = "keep", "move", "cancel", "agree"
#: What staff do with a notice.
APPROVE, REFUSE, HOLD, RESUME, STOP = "approve", "refuse", "hold", "resume", "stop"

#: The digit of each deed, the same on every message.
WORKER_DIGITS = {
    ACCEPT: 1, CANNOT: 2, DONE: 3, NOT_MINE: 4, ON_WAY: 5, ARRIVED: 6, NO_ENTRY: 7, PROPOSE: 8, WAIT: 9,
}  # fmt: skip
DIGITS = WORKER_DIGITS | {SETTLED: 1, UNSETTLED: 2, KEEP: 1, MOVE: 2, CANCEL: 3, AGREE: 4}
DIGITS |= {APPROVE: 1, REFUSE: 2, HOLD: 3, RESUME: 4, STOP: 5}

#: What yes and no mean to the question that was asked with a case; no to a reminder may mean several things.
YES, NO = (SETTLED, KEEP, AGREE), (UNSETTLED,)

#: The words that say the same beside a case's number: a resident's, and a worker's of her task. "" shows the case.
_SHOW = dict.fromkeys(("", "查", "查询", "进度", "查进度", "怎么样了", "status", "how is it"), "")
RESIDENT_WORDS = _SHOW | {
    **dict.fromkeys(
        ("取消", "不去了", "不来了", "不用了", "不要了", "cancel", "call it off", "call off"), CANCEL
    ),
    **dict.fromkeys(("改时间", "改期", "改", "换时间", "另约", "move", "another time", "reschedule"), MOVE),
    **dict.fromkeys(("同意", "可以", "行", "agree", "fine"), AGREE),
    **dict.fromkeys(("办好了", "好了", "settled", "it is settled"), SETTLED),
    **dict.fromkeys(("还没有", "没办好", "没好", "not yet", "not settled"), UNSETTLED),
}
WORKER_WORDS = _SHOW | {
    **dict.fromkeys(("接单", "接", "接了", "accept"), ACCEPT),
    **dict.fromkeys(("去不了", "不去了", "来不了", "can't", "cannot"), CANNOT),
    **dict.fromkeys(("办完了", "办完", "完成", "做完了", "done"), DONE),
    **dict.fromkeys(("出发", "出发了", "在路上", "路上", "on my way", "on the way"), ON_WAY),
    **dict.fromkeys(("到了", "到门口了", "到门口", "已到", "arrived", "i am there"), ARRIVED),
    **dict.fromkeys(
        ("没人", "家里没人", "没进去", "进不去", "没人开门", "nobody home", "no entry"), NO_ENTRY
    ),
    **dict.fromkeys(("改时间", "改期", "换时间", "另约", "propose", "another time"), PROPOSE),
    **dict.fromkeys(("暂停", "停表", "pause"), WAIT),
    **dict.fromkeys(("继续", "接着办", "go on", "resume"), GO_ON),
    **dict.fromkeys(("常用", "常用语", "快捷", "quick"), QUICK),
    **dict.fromkeys(("会办", "加办", "协办", "add task", "another desk too"), ADD_TASK),
    **dict.fromkeys(
        (
            "不归我管",
            "不归我",
            "不归我们",
            "不是我的",
            "转办",
            "转窗口",
            "分错了",
            "not mine",
            "not for me",
            "wrong desk",
        ),
        NOT_MINE,
    ),
}
#: Deeds beside which words may stand: what was done, why it cannot be, what it waits for.
WITH_WORDS = (DONE, CANNOT, NO_ENTRY, WAIT)

NOTICE_WORDS = _SHOW | {
    **dict.fromkeys(("同意", "批准", "可以", "行", "approve", "yes"), APPROVE),
    **dict.fromkeys(("不同意", "不批准", "不行", "refuse", "no"), REFUSE),
    **dict.fromkeys(("暂停", "先停一下", "等等", "pause", "hold"), HOLD),
    **dict.fromkeys(("继续", "接着发", "resume", "go on"), RESUME),
    **dict.fromkeys(("停", "停止", "停下", "不发了", "别发了", "call it off", "stop", "stop it"), STOP),
}
