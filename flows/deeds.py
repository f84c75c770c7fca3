"""What can be done with a case by one digit or one button, on any day: "K7M42 2" never changes its meaning."""

ACCEPT, CANNOT, DONE, NOT_MINE = "accept", "cannot", "finish", "not_mine"
SETTLED, UNSETTLED = "settled", "unsettled"
KEEP, MOVE, CANCEL = "keep", "move", "cancel"
#: What staff do with a notice.
APPROVE, REFUSE, HOLD, RESUME, STOP = "approve", "refuse", "hold", "resume", "stop"

#: The digit of each deed, the same on every message.
DIGITS = {ACCEPT: 1, CANNOT: 2, DONE: 3, NOT_MINE: 4, SETTLED: 1, UNSETTLED: 2, KEEP: 1, MOVE: 2, CANCEL: 3}
DIGITS |= {APPROVE: 1, REFUSE: 2, HOLD: 3, RESUME: 4, STOP: 5}

#: The words that say the same beside a case's number: a resident's, and a worker's of her task. "" shows the case.
_SHOW = dict.fromkeys(("", "查", "查询", "进度", "查进度", "怎么样了", "status", "how is it"), "")
RESIDENT_WORDS = _SHOW | {
    **dict.fromkeys(
        ("取消", "不去了", "不来了", "不用了", "不要了", "cancel", "call it off", "call off"), CANCEL
    ),
    **dict.fromkeys(("改时间", "改期", "改", "换时间", "另约", "move", "another time", "reschedule"), MOVE),
    **dict.fromkeys(("办好了", "好了", "settled", "it is settled"), SETTLED),
    **dict.fromkeys(("还没有", "没办好", "没好", "not yet", "not settled"), UNSETTLED),
}
WORKER_WORDS = _SHOW | {
    **dict.fromkeys(("接单", "接", "接了", "accept"), ACCEPT),
    **dict.fromkeys(("去不了", "不去了", "来不了", "can't", "cannot"), CANNOT),
    **dict.fromkeys(("办完了", "办完", "完成", "做完了", "done"), DONE),
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
NOTICE_WORDS = _SHOW | {
    **dict.fromkeys(("同意", "批准", "可以", "行", "approve", "yes"), APPROVE),
    **dict.fromkeys(("不同意", "不批准", "不行", "refuse", "no"), REFUSE),
    **dict.fromkeys(("暂停", "先停一下", "等等", "pause", "hold"), HOLD),
    **dict.fromkeys(("继续", "接着发", "resume", "go on"), RESUME),
    **dict.fromkeys(("停", "停止", "停下", "不发了", "别发了", "call it off", "stop", "stop it"), STOP),
}
