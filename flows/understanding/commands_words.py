"""What the commands sound like: the tables that `commands` reads by. Change a word here and nothing else.

The tables of CORES are patterns with blanks between them; _ stands for a space, capitals for the GROUPS below. They
are matched against the whole of a short message: normalised, without punctuation and apostrophes (i'd is id) and
without blanks between Chinese characters.
"""

from __future__ import annotations

from typing import Literal

Command = Literal[
    "menu", "back", "cancel", "person", "help", "language_en", "language_zh", "stop", "start",
    "mine", "today", "desk", "book_window", "book_visit", "repair", "my_data", "forget",
    "send_notice", "notices",
]  # fmt: skip

#: With nothing around them but a please: in a longer sentence they mean something else (今天吧, i want to stop).
BARE: dict[Command, str] = {
    "back": "0 零 回去",
    "stop": "停 td stop",
    "mine": "我的 my mine",
    "today": "今天 今日 今儿 任务 today list",
    "desk": "desk console",
    "book_window": "book",
    "book_visit": "visit",
    "repair": "fix",
    "menu": "home",
    "help": "how_to",
    "language_en": "en",
    "language_zh": "zh",
    "notices": "notices",
}

#: What may stand before a command, several of them; the last lines are the reasons that people give.
FRONT = """
请问? 麻烦 劳驾 您好 你好 喂 那个? 那就 就 还是 先 再 赶紧 快 直接 你们? 您 我们? 俺 咱们? 给 帮忙? 想 需?要
(?:please|pls|plz|ok|okay|hi|hello|hey|sorry|excuse_me|just|then)_
(?:i|we)d?_(?:would_|just_)?(?:like|want|need|wanna)_ (?:can|could|may|will|would)_(?:i|we|you)_(?:please_)?
(?:let|give|get|show|send|take)_(?:me|us)_ (?:to|an?|the|some|my)_
[点按弄发搞]错了? 不[想要]?[跟和与](?:这?机器人?|你)(?:说话?|聊|谈|唠)?了?
别(?:跟我)?[整弄用](?:机器人?|英文|英语|中文)了
[看听读]不[懂明]白?(?:外语|ENGLISH|CHINESE|(?!ENGLISH|CHINESE)) 机器人?(?:不行|听不懂)
"""
#: And after it.
TAIL = """
吧 呗 啊 呀 哈 啦 呢 嘛 哦 谢谢你? 多谢 谢了 一下 行吗 行不行? 好吗 好不好? 可以吗
_(?:please|pls|plz|now|then|again|thanks|thank_you|thx|for_me) _not_(?:an?_|the_)?(?:ro)?(?:bot|machine)
"""

GROUPS = {
    "SEE": "(?:查询?|看|查看|打开|显示)(?:一?下|看|查|个)?",
    "PAGE": "[主总]?菜单|目录|首页|主页|主界面",
    "STAFF": "人工(?:服务|客服|坐席|台)?|客服(?:人员)?|真人|活人|(?:工作|值班)人员",
    "CALL": "转接?|找|接|换|叫|喊|呼叫|联系|跟|和|与|要|有没有|有",
    "TALK": "(?:[和跟]我)?(?:说话?|聊|谈)?[吗来]?",
    "HUMAN": "(?:(?:real|live|actual|human)_)?(?:person|human(?:_being)?|agent|operator|representative|staff|people)",
    "THIS": "这个?|这玩意儿?|这东西",
    "ENGLISH": "英文|英语",
    "CHINESE": "中文|汉语|普通话|汉字",
    "SWITCH": "(?:换|切换|改|转|切|用|使用|说|讲)[成为到回]?",
    "CANNOT": "no|(?:i_)?(?:dont|do_not|cant|can_?not)_(?:speak|read|understand|know)",
    "INTO": "(?:in|to|use|speak|back_to|(?:change|switch|set|turn)_(?:(?:the_|my_)?language_|it_)?(?:in)?to)",
    "NEWS": "短信|消息|信息|通知",
    "AFFAIR": "办件|事情?|事儿|事项|申请|业务|预约|报修|单子?|件",
    "CASE": "cases?|requests?|appointments?|bookings?|applications?|reports?|visits?",
    "WORK": "任务|活儿?|工作|办件|单子",
    "DATA": "信息|资料|数据",
    "DELETE": "删除?[掉了]?|清除[掉了]?|清空|注销[掉了]?",
    "PROBLEM": "problems?|issues?|faults?|damage|repairs?",
}

CORES: dict[Command, str] = {
    "menu": """
        (?:SEE|[发来调给]出?[个份]?|[返退]?回到?|去|到)?PAGE 把PAGE[发给](?:给?我|出来|过来|一下)?
        PAGE[发给](?:给?我|出来)(?:看看?)? 有(?:没有)?PAGE吗?
        都?[能会可]以?(?:帮我)?[办干做]理?[些点]?(?:啥|什么|哪些)(?:事情?|业务)?
        都?有(?:啥|什么|哪些)(?:服务|功能|业务)
        (?:(?:show|see|open|view|return|go|back)_)?(?:back_)?(?:me_)?(?:to_)?(?:the_)?(?:main_|full_)?menu
        (?:go_|back_)?(?:to_)?home_?page options (?:show|see)_options what_services_do_you_(?:have|offer)
        do_you_have_a_menu
        """,
    "back": """
        返回去? (?:返回|退?回到?|退到?)?[上前]一?[步页级层](?:菜单)? (?:往|倒)?回退? 往?后退 退回去? 倒?回去
        (?:go_|get_)?back(?:_one)?(?:_step)? (?:go_)?(?:back_)?(?:to_)?(?:the_)?previous(?:_(?:step|page|menu))?
        """,
    "cancel": """
        取消[掉了]? 算[了啦] 拉倒[了啦]? 作罢 退出 放弃 [不别]想?[办弄整要用搞约问][了啦]
        cancel(?:_(?:it|this|that|all|everything))? never_?mind nvm forget_(?:about_)?it drop_it quit exit abort
        dont_(?:want|need)_(?:it|this)(?:_any_?more)?
        """,
    "person": """
        (?:能不能|可不可以|能|可以)?CALL?[个位]?STAFF在?TALK?
        (?:[跟和与]|[找叫喊换来]个)人TALK? [找叫]人
        (?:human_)?customer_service HUMAN
        (?:talk|speak|chat|transfer|connect)_(?:me_)?(?:to|with)_(?:an?_|the_|your_)?HUMAN
        (?:talk|speak|chat)_(?:to|with)_(?:someone|somebody|anyone)
        """,
    "help": """
        (?:使用)?(?:帮助|说明|指南) THIS?(?:怎么|咋|如何)(?:使?用|操作|玩)
        (?:不会|不知道(?:怎么|咋))(?:使?用|操作|玩)THIS?
        help info instructions what_can_(?:you|i)_do(?:_here)? (?:how_does|how_do_you|how_did)_(?:this|it)_work
        how_(?:to|do_i|do_you|can_i|should_i)_use(?:_(?:this|it))? (?:i_)?dont_know_how_to_use(?:_(?:this|it))?
        """,
    "language_en": """
        SWITCH?ENGLISH版? [会能](?:不[会能])?[说讲]ENGLISH吗? 有(?:没有)?ENGLISH版?吗? [看听读]不懂CHINESE
        (?:INTO_)?english(?:_(?:version|language|only))? do_you_speak_english i_(?:only_speak|speak_only)_english
        CANNOT_(?:any_)?chinese
        """,
    "language_zh": """
        SWITCH?CHINESE版? [看听读]不懂ENGLISH (?:INTO_)?(?:chinese|mandarin)(?:_(?:version|language|only))?
        do_you_speak_chinese CANNOT_(?:any_)?english
        """,
    "stop": """
        退订NEWS? 停止(?:发送?|推送|接收)?NEWS? 取消(?:订阅|NEWS) 拒收NEWS?
        (?:以后)?(?:别|不要|甭|勿)[再老总]?(?:给我)?再?发(?:送|NEWS)?了? 不想再?收到?NEWS了?
        stop_?all unsubscribe(?:_me)? opt_?out no_more_(?:messages|texts|sms)
        (?:stop|quit|dont|do_not)_(?:text|send|messag)(?:e|ing)?(?:_me)?(?:_(?:messages|texts|sms|any_?more))*
        """,
    "send_notice": """
        [发写](?:一?[个条])?通知 群发(?:通知)? (?:send|write|new)_(?:an?_|the_)?notice
        """,
    "notices": """
        SEE?(?:我的)?通知的?进度 通知(?:列表|发[得到]?(?:咋样|怎么样|哪儿?)了) 我(?:发)?的通知
        my_notices notice_progress progress_of_(?:the_)?notices?
        """,
    "start": """
        notices_again (?:重新)?(?:开始|启动|订阅) 恢复(?:接收|订阅|发送)?NEWS? (?:接着|继续|重新)(?:给我)?发送?NEWS?
        start unstop begin resume (?:re)?subscribe(?:_me)? opt_?in
        (?:start|resume)_(?:texting|sending)(?:_me)?(?:_messages|_texts)?
        """,
    "mine": """
        SEE?我?的?(?:办件|事项|预约|申请|报修)?的?进度 SEE?我的(?:AFFAIR|事) SEE?办件 我的事
        (?:我(?:的|那个?|这个?|办的)?AFFAIR)?(?:现在)?[办弄整处]?理?[得的]?到(?:哪儿?|哪里|哪一?步|啥程度)了
        我(?:的|那个?|这个?|办的)?AFFAIR(?:现在)?[办弄整处]?理?[得的]?(?:咋样|怎么?样|如何|啥情况)了?
        (?:(?:check|see|view|show)_)?(?:on_)?my_(?:CASE|status|progress) (?:check_)?(?:the_)?(?:status|progress)
        (?:what_is|whats|check)_(?:the_)?(?:status|progress)_of_my_CASE
        (?:wheres?|when|hows?)(?:_is|_are)?_my_CASE(?:_now|_doing)?
        """,
    "today": """
        SEE?今[天日儿]的?WORK 今[天日儿]都?有(?:啥|什么|哪些)WORK
        (?:todays?_)?(?:my_)?tasks(?:_(?:for_)?today)? todays?_(?:list|tasks?|jobs)
        """,
    "desk": """
        登[录陆](?:工作台|后台|控制台|网页)? (?:打?开|进入?|上)?工作台
        (?:sign|log)_?in(?:_(?:to_)?(?:the_)?(?:desk|console))?
        """,
    "book_window": """
        预约个?(?:窗口|大厅|办事|取?号)? (?:窗口|大厅)预约 约[个下]?(?:窗口|大厅|号) 取个?号
        (?:book|make|get|schedule|arrange)_(?:an?_|the_)?(?:window_)?(?:appointment|window|slot)
        (?:window_)?appointment
        """,
    "book_visit": """
        (?:预约|约|申请|安排)?[个下]?上门(?:服务|办理?)? 上门预约
        (?:book|arrange|schedule|request|make)_(?:an?_|the_)?(?:home_?)?visit home_?visit
        """,
    "repair": """
        报[个下]?修 维修 上报[个下]?问题 (?:反映|上报)[个下]?问题报修 报[个下]?问题 修东西
        repairs? report (?:report|file)_(?:an?_|the_|some_)?PROBLEM (?:book|request)_(?:an?_|the_)?repair
        """,
    "my_data": """
        SEE?(?:我的)?个人DATA SEE?我的DATA [你您]们?(?:都)?(?:存|留|有|记)了?我(?:的)?(?:哪些|什么|啥)DATA
        (?:(?:see|view|show|get|send)_)?(?:me_)?(?:all_)?my_(?:personal_)?(?:data|information|info)
        what_(?:data_)?do_you_(?:know|keep|have|store)_(?:about|of|on)_me
        """,
    "forget": """
        DELETE(?:我的?|所有|全部|个人){0,3}(?:DATA|账号|账户|帐号|记录)
        把?我的?(?:所有|全部|个人)?(?:DATA|账号|账户|帐号|记录)(?:全部|全|都)?DELETE
        (?:delete|erase|remove)_(?:all_)?(?:of_)?my_(?:personal_)?(?:data|information|info|account|records?) forget_me
        """,
}

#: Wanted in whatever short sentence it is said.
PERSON = """
[转找接]人工 人工(?:客服|服务|台) [找换要]个?[真活]人
(?:talk|speak)_(?:to|with)_(?:an?_|some|any)?(?:real_)?(?:person|human|one|body|agent)
"""

SLASHES: dict[str, Command] = {
    "menu": "menu", "help": "help", "start": "start", "cancel": "cancel", "stop": "stop", "my": "mine",
    "mine": "mine", "lang": "language_en", "en": "language_en", "english": "language_en", "zh": "language_zh",
    "person": "person", "human": "person", "today": "today", "back": "back", "repair": "repair",
    "book": "book_window", "visit": "book_visit", "mydata": "my_data", "forget": "forget", "desk": "desk",
    "login": "desk",
}  # fmt: skip

#: Words spelled in Latin letters, with or without blanks; a message of nothing else is read as if it were Chinese.
PINYIN = """
caidan菜单 zhu主 shouye首页 mulu目录 fanhui返回 shangyibu上一步 shangyiye上一页 quxiao取消 suanle算了 budao不到 bu不
ban办
nong弄 yong用 le了 tuichu退出 fangqi放弃 rengong人工 kefu客服 zhenren真人 gongzuo工作 renyuan人员 ren人 zhuan转 zhao找
jie接 huan换 qiehuan切换 bangzhu帮助 shuoming说明 shiyong使用 zenme怎么 za咋 caozuo操作 zhege这个 yingwen英文
yingyu英语
zhongwen中文 hanyu汉语 putonghua普通话 shuo说 tuiding退订 tingzhi停止 bie别 fa发 duanxin短信 kaishi开始 huifu恢复
dingyue订阅
wode我的 wo我 ni你 nin您 de的 jindu进度 banjian办件 shixiang事项 shenqing申请 cha查 chaxun查询 kan看 jintian今天
jinri今日
renwu任务 yuyue预约 chuangkou窗口 dating大厅 quhao取号 yue约 ge个 hao号 shangmen上门 fuwu服务 banli办理 baoxiu报修
weixiu维修
wenti问题 shangbao上报 qing请 mafan麻烦 bang帮 gei给 yao要 xiang想 hui会 dao到 you有 meiyou没有 ma吗 ba吧 yixia一下
xiexie谢谢
"""
#: Typed by sound: the wrong character, then the right one.
HOMOPHONES = "公工功工供工定订仃订丹单反返翻返肖消销消予预玉预休修秀修扑普"
