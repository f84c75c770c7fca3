"""What an emergency sounds like: the table that `emergency` reads by. Change a word here and nothing else.

Every table is a list of patterns with blanks between them; _ stands for a space, capitals for the GROUPS below.
They are matched against normalised text (half-width, simplified, lower case) and use nothing but alternatives and
short bounded gaps, so that they read in linear time. Chinese stands before English.

119 is fire and rescue, 120 the ambulance, 110 the police; 96110 is theirs against fraud: they can stop a payment.
12356 is the national line for psychological aid (国家卫生健康委, 25 December 2024; everywhere since 1 May 2025); it
comes after those who can be at the door.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "fire", "gas", "electric", "suicide", "violence", "medical", "trapped", "flood", "missing", "fraud"
]

#: Words that stand for several in the tables. THEM is made of KIN and MAN, so it comes first.
GROUPS = {
    "THEM": r"me\b|us\b|him\b|her\b|them\b|(?:(?:my|his|her|our|an?|the|old|little) (?:\w{1,8} )?)?(?:KIN|MAN)",
    "KIN": (
        "孩子|小孩|宝宝|婴儿|儿子|女儿|闺女|孙子|孙女|外孙|娃|老人家?|老太太?|老头|老爷子|大爷|大娘|大妈|爸爸?"
        "|妈妈?|父亲|母亲|爹|老娘|奶奶|爷爷|姥姥|姥爷|大姨|姑姑|舅舅?|叔叔?|婶子?|哥哥?|弟弟?|姐姐?|妹妹?|嫂子"
        "|老伴|媳妇|老婆|老公|丈夫|妻子|邻居|有人|一个人"
        "|child|kid|son|daughter|baby|boy|girl|mother|father|mom|mum|dad|brother|sister|husband|wife|neighbou?r"
        "|grand(?:ma|pa|mother|father|son|daughter)|granny"
    ),
    "MAN": (
        "man|men|woman|women|guys?|lady|person|people|someone|somebody|stranger|worker|student|teacher|kids|children"
        "|boys|girls|toddler|(?<![a-z])s?he(?![a-z])|friend|drunk|two year old"
    ),
    "FEAR": (
        "(?:没有?|未|不是|不会|防止|预防|避免|以免|容易|怕|担心|小心|当心|差点|险些|可能(?=[会引])|会不会)"
        "(?:会|引起|引发|发生|真)?"
    ),
    "FUEL": "煤气|燃气|天然气|液化气|瓦斯|管道气",
    "PLACE": "elevator|lift|room|bathroom|toilet|house|home|car|flat|basement|machine",
    "PIECE": (
        "硬币|电池|磁铁|磁力珠|巴克球|图钉|钉子?|别针|回形针|螺丝|玻璃|弹珠|珠子|戒指|耳钉|发卡|钥匙|牙签|笔帽|干燥剂"
        "|coins?|buttons?|pins?|nails?|screws?|beads?|marbles?|keys?|rings?|toys?|batter(?:y|ies)|magnets?|glass"
    ),
    "AMOUNT": (r"(?:\d[\d,]{3,9}(?!\d)|[\d.,一二两三四五六七八九十百几多好]{1,6}[千万])"),
    "SCAM": "scam(?:mers?|s)?|fraud(?:sters?)?|swindlers?|con ?m[ae]n|cheats?",
    "HIGH": "roof|building|bridge|balcony|window|floor|ladder|stairs|tree",
    "WATER": "river|water|lake|canal|well|ice|pit|hole",
    "DOWN": "snow|ground|floor|street|road|ice|sidewalk|stairs",
    "POISON": (
        "bleach|poison|pesticide|detergent|clean\\w{2,3}|chemicals?|gasoline|acid|disinfectant|thinner|battery"
        "|batteries|magnets?|mushrooms"
    ),
}


class Signs(NamedTuple):
    """How one kind is told.

    `lookalikes` hide a sign (灭火器 is not 火): they are put aside first. `forms` are signs that are words on
    a form, too (骨折): they do not count in an errand. `habit`: 经常 makes it a complaint. `lasting`: 昨天
    does not make it over.
    """

    call: tuple[str, ...]
    signs: str
    lookalikes: str = ""
    forms: str = ""
    habit: bool = False
    lasting: bool = False


#: In the order of urgency: the first kind found names the emergency, the others only add whom to call.
SIGNS: dict[Kind, Signs] = {
    "fire": Signs(
        ("119",),
        signs=r"""
        [着著]大?火 起火 失火 放火 纵火 走水了 火灾 火情 报火警 引着了 把.{1,6}烧了 冒着?(?:黑|白|浓|大|好多)?烟 浓烟
        黑烟 烧(?:起来|着了) 着起来 燃起来 自燃(?!气) 爆炸 火势 火苗 [窜蹿]火 冒火(?![花星气]) 大火
        (?:屋|楼道|走廊|满).{0,4}都?是烟 罐.{0,3}炸 点着了.{0,3}(?:纸|柴|垃圾|沙发|被|楼|房)
        (?:纸壳?|柴|衣服|沙发|被褥|线|车|房|楼|垛|垃圾|草|屋|厨房).{0,3}着了 进烟
        烟.{0,3}(?:很大|太大|呛|出不去|睁不开) (?:楼道|单元|屋里?|家里|走廊).{0,2}[有是进]烟(?!头|囱|道|味)
        (?:仓库|屋|家|房子?|车|楼|棚|窗帘|阳台)(?:里|子|都|在){0,2}烧[了着] 在烧(?![水饭火炕菜煤柴]) 起烟了
        冒.{1,3}烟(?!囱) 起了?明火 [被让]火[堵围困烧] 糊味.{0,6}烟 (?:窗帘|柴|纸|被|沙发|房|草).{0,3}点[了着]
        (?:电线|插座|插排|电表|开关).{0,6}[糊焦]味 ^火[!,。_]*[火快] 火光 [房楼]顶?着了
        (?:快打|快叫|帮我?[叫打]|^[打叫]?)119(?!\d)(?=$|快|救|来) (?:炕|锅|灶|床|地板|阳台|沙发底?下?).{0,2}着了
        \bon_fire\b \bhelp,?_fire \bfire,?_help ^fire\b(?:[,!_]*fire\b)*[!.]*$
        \b(?:is|are|there'?s|see|have|had|got)_(?:an?_)?(?:\w{1,12}_)?(?:fire|flames?)\b \bcaught_fire \bfire!
        \bfire_(?:in|at|on|near)_(?:my|the|our|a|next|unit|building|floor|\d) \bburning_down \bfire_come \bcall_119\b
        \b(?:house|kitchen|car|building|apartment|flat|basement|garage|oil|big|huge)_(?:is_|now_)?(?:fire|burning)\b
        \b(?:roof|curtains?|sofa|room|e-?bike|stairs|everything)_burn(?:s|ing)\b \bsee_smoke
        \bsmoke_(?:is_)?(?:com(?:es|ing)|everywhere|in|from|pouring|filling|on|out|inside)
        \b(?:there(?:'?s|_is)|black|thick|heavy)_(?:\w{1,10}_){0,2}smoke\b
        \b(?:lots?|full|smell|so_much|too_much|big)_(?:of_)?smoke\b \bsmok(?:e|ing)_(?:a_lot|black|heavily|next_door)
        \bsomething_(?:is_)?burning \bburning_smell \b(?:smell_of_)?burning_(?:plastic|wire|rubber|smell) \bflames\b
        \bexplosion \bexplod(?:ed|ing) \bsmell_(?:something_)?burning \b(?:is|are)_burning\b
        """,
        lookalikes=r"""
        火[车锅化葬气辣爆炬] 火烧云 打火机 [灭防发红]火 (?<![楼山车屋顶地])上火 开着?大?火 冒烟囱 烧烤.{0,5}烟 烟道
        不[着冒](?:火|烟) 着火[点慢] (?:嗓子|气得?)冒烟 眼冒
        火苗子?[太很有点]{0,2}(?:[小弱低矮]|发[黄红飘]|跟|像|不[旺稳着])
        (?:烤串|炒菜|做饭|上坟|烧纸|秸秆|抽烟)[的那]?烟 锅炉房?.{0,3}[黑浓]烟 (?:砖厂|排放|焚烧炉).{0,3}[黑浓]烟
        烟筒.{0,6}黑烟 [黑浓]烟.{0,4}(?:投诉|污染) 跟爆炸似的 [睡找]着 (?:着火|烧)了没地方住
        火灾(?:隐患|险|保险|证明|认定|调查|损失|赔偿|补助|救助|报警器|自动|应急|原因|后)
        (?:烟囱|排气筒|尾气|排气管).{0,4}冒.{0,2}烟 [抽吸油香]烟 二手烟 烟花 爆炸[头式性] 数据爆炸 救火车
        FEAR(?:[着著]火|起火|失火|火灾|爆炸|自燃|冒烟|大火) (?:导致|造成|引发|引起)(?:火灾|爆炸|自燃)(?!了)
        barbecue.{0,24}smoke chimney_.{0,16}smoke \bno_fire
        fire_(?:drill|extinguisher|exit|door|station|hydrant|safety|insurance|department|inspection)
        fire_(?:training|engine|truck|lane|escape|code|works) fireworks (?:camp|bon)fire fired no_smoking
        smoke_(?:detector|alarm) smoker
        smoke_(?:from_)?(?:the_)?(?:restaurant|chimney|bbq|barbecue|cooking|cigarettes?)
        (?:bbq|barbecue|grill|cigarette|tobacco|restaurant|chimney|cooking)_smoke smoke_free
        \b(?:people|they|men|neighbou?rs?|who|to|not|don'?t|guys|kids|can_i)_(?:often_|always_)?smoke\b
        burning_(?:trash|garbage|leaves|grass|paper|straw|rubbish)
        """,
        habit=True,
    ),
    "gas": Signs(
        ("119",),
        signs=r"""
        (?:FUEL).{0,10}(?:漏|泄) (?:FUEL).{0,6}(?:跑气|味) 漏(?:FUEL) (?:FUEL).{0,4}挖断 嘶嘶响 煤[气烟]中毒 一氧化碳
        臭鸡蛋味(?!.{0,6}[下厕水]) 漏气 (?:闻|有|股|飘|满屋).{0,5}(?:FUEL)的?(?:味|气味) (?:FUEL).{0,4}报警(?!器)
        报警器.{0,4}响 (?:灶|管道|阀门?|罐|燃?煤?气表).{0,5}(?:嘶嘶|漏气) (?:FUEL)灶?(?:没关.{0,12}味|忘了?关)
        (?:烧|点|生|炉)(?:炉|炕|炭|煤|子).{0,14}(?:晕|迷糊|恶心|头疼) (?:FUEL).{0,10}[呲嘶] (?:FUEL|罐).{0,6}[喷冒]气
        闻[到见着].{0,4}(?:FUEL)(?!费|公司)
        \brotten_eggs? \bgas_(?:hose|pipe|tube|bottle|valve).{0,12}(?:broke|hiss|cut\b|open) \bco_(?:poison|alarm)
        \bgas\b.{0,60}(?:headache|dizzy|vomit) \bgas_(?:pipe_|line_)?(?:is_)?leak \bleak(?:ing|s)?_(?:of_)?gas
        \bgas_smell \bcarbon_monoxide \bsmel(?:l|ls|lt|led|ling)_(?:of_|like_|strong_|some_)?gas\b
        \bgas_alarm_(?:is_)?(?:ringing|beeping|going)
        """,
        lookalikes=r"""
        (?:胎|球|窗户?|(?<!阀)门|空调|暖气片?|水管|马桶|冰箱|床垫).{0,4}漏气 [检防查]漏 漏气检测
        没有?(?:闻到)?(?:FUEL)味 不漏 (?:防止|预防|避免|谨防|没有?|没发生)(?:发生)?(?:FUEL)(?:泄漏|中毒|漏气)
        (?:FUEL)泄漏(?:隐患|报警器|演练|应急|知识|保险) 消防报警器 臭鸡蛋味?.{0,4}(?:扔|垃圾)
        carbon_monoxide_(?:detector|alarm)s?_(?:install|batter|free|cost)
        how_to_(?:check|prevent|avoid|detect)_(?:\w{1,8}_)?gas_leaks?
        """,
    ),
    "electric": Signs(
        ("120", "119"),
        signs=r"""
        (?<!接)触电(?!影|视|商|竞) [被让]电(?:着|倒|到|伤|死|击|晕|了|打) (?<!来)电[着到倒](?:人|孩子|我|老人)
        漏电(?!费|保护|开关|保险) 电死 (?:高压线|电线).{0,3}打着 (?:电线|高压线|电缆).{0,3}(?:掉|断|垂|落)
        给电(?:[着倒到]|了$) 水里?有电 (?:灯杆|杆子|井盖|栏杆|门|水)带电 (?:电线|高压线).{0,10}(?:滋滋|冒火)
        (?:电线|插座|插排|电表|电箱|表箱|配电箱|电闸|开关|变压器).{0,4}(?:打火|火花|火星|着了)
        \bspark(?:s_everywhere|s_and|ing\b) \bsocket_sparks
        \b(?:wires?|cables?)_(?:\w{1,10}_){0,3}(?:fell|fallen|down|on_the_ground) \bshocked_by_(?:electric|the_wire)
        \belectrocut \belectric_shock \blive_wire \bpower_line.{0,12}(?:down|fell|fallen|on_the_ground) \bgot_shocked
        \bsparks?_(?:from|coming|flying) \b(?:outlet|socket|wires?)_(?:is_|are_)?sparking
        """,
        lookalikes=r"""
        (?:充|话)电线 防?FEAR(?:触电|漏电) 电线.{0,6}(?:下垂|[垂拉]得?太?低)
        (?:internet|tv|network|phone)_(?:cable|wire)
        """,
        habit=True,
    ),
    "suicide": Signs(
        ("110", "120", "12356"),
        signs=r"""
        不想再?活 活不下去 喝药了 喝了药 服毒 跳下[去来] 往下跳 想跳 活够了 (?<![养救])不活了 想死(?![你我机]|了你)
        想去死 自杀 轻生 跳[楼江河桥](?!边) (?:想|要)了断 割腕 上吊 寻短见
        [喝吃吞]了?.{0,4}(?:农药|百草枯|敌敌畏|安眠药|老鼠药) (?:了结|结束)(?:自己|这一生|生命|余生) 自残 写.{0,2}遗书
        [站坐].{0,4}(?:楼顶|天台|窗台|护栏|阳台外) 楼顶.{0,3}[站坐].{0,3}人 (?:没|不|丧失).{0,5}活下去 一死了之
        死了就解脱 [要想]去死 (?:一瓶|整瓶|半瓶|一把|一大把|几十片).{0,4}药.{0,4}[吃吞喝]
        药.{0,4}(?:一瓶|整瓶|一把)都?[吃吞喝] 把.{0,8}安眠药.{0,4}[吃吞喝咽] 安眠药.{0,2}[都全]部?[吃吞喝咽](?!完)
        把.{0,6}药.{0,2}[都全]部?[吞咽] 我把(?:家里|所有|全部|一整?[瓶盒板])的?药.{0,3}[吃喝] 活够勒
        活着.{0,4}没.{0,2}(?:意思|意义|劲) 一了百了 不如死了 死了算了
        不想再?.{0,2}撑 [要想]往.{0,3}跳 要跳(?=$|[,。!]) 一起死 同归于尽 (?:FUEL).{0,4}[自寻一]?死
        我站在.{0,3}(?:桥|楼顶|天台) ^我在(?:楼顶|天台)
        \b(?:wants?|going|wanna)_(?:to_)?die\b \bkill(?:ing)?_(?:my|him|her)self \bend_(?:my|his|her)_(?:own_)?life
        \bsuicid \bdo(?:n'?t|_not)_want_to_live \bno_reason_to_live \b(?:better_off|rather_be)_dead
        \bjump(?:ed|s|ing)?_(?:off|from|out_of|into|in|to)_(?:the_|a_|our_)?(?:\w{1,10}_)?(?:HIGH|WATER)\b
        \b(?:wants?|going|gonna|about|threatens?|threatening|ready|trying)_to_(?:jump|hang)
        \b(?:will|gonna|want_to)_jump(?=$|[,.!]|_(?:from|off|out|now|down)) \bending_(?:my|it) \bbridge_rail
        \bgoodbye.{0,20}live \bcan'?t_live_any (?:KIN|MAN)_(?:is_)?on_(?:the_)?roof(?!_(?:fix|repair|work|clean))
        (?:KIN|MAN)_(?:is_)?(?:stand|sit|climb)(?:s|ing)?_on_(?:the_)?(?:roof|ledge|window_?sill|bridge|railing|edge)
        \bedge_of_(?:the_|a_)?(?:roof|building|bridge|balcony) \bon_the_bridge_wants \bgoodbye_(?:letter|note)
        (?:n'?t|_not)_(?:want|wanna)_(?:to_)?(?:be_alive|live\b(?!_(?:in|here|with|near))|exist)
        \bend_(?:it_all|this_life|everything) \blife_(?:has|is|have)_(?:no_meaning|no_sense|meaningless|not_worth)
        \bcan(?:'?t|not|_not)_go_on_(?:any|like|with) \bwish_i_(?:was|were)_dead
        \bhang(?:s|ed|ing)?_(?:him|her|my)self \bcut(?:s|ting)?_(?:my|his|her)_(?:own_)?(?:wrist|vein)
        """,
        lookalikes=r"""
        安眠药.{0,8}睡不着 不想活动 想跳(?:舞|槽|广场|绳|操|交谊) 跳[河江](?:沟|边)
        (?:狗|猫|鱼).{0,4}(?:想死|活不下去)
        (?:孩子|小孩|娃|宝宝|误)[吃喝吞]了?.{0,4}(?:农药|百草枯|敌敌畏|老鼠药) 跳楼(?:价|机|大?甩卖|清仓) 自杀式
        [防]自杀 预防(?:自杀|轻生) (?:企业|生意|店|公司|工厂|厂子|行业|小贩|商户|养殖户).{0,6}活不下去
        [累热冻烦笑急气]得?我?不想活
        jump_(?:the_queue|rope|on_the_(?:bed|trampoline)) suicide_prevention_(?:course|week|class|lecture)
        """,
        lasting=True,
    ),
    "violence": Signs(
        ("110", "120"),
        signs=r"""
        救命 救救 (?:^|快|kuai_|帮我|赶紧)报警(?=$|[!。,]|有|他|我)
        (?:快打|快叫|帮我?[叫打]|^[打叫]?)110(?!\d)(?=$|快|救|来|有) 追.{0,3}[砍打杀] 掐.{0,4}脖子
        陌生[人男女].{0,8}(?:不走|跟) 不让我(?:下车|离开|回家|出去$) 被骗到.{0,8}出不[去来] 惨叫
        半夜.{0,3}有?人.{0,2}[进翻撬拧] 有人进了?我家 (?:孩子|娃|女儿|儿子|闺女|孙[子女]).{0,8}抢走
        (?:有|发现).{0,4}(?:死人|尸体) [来有]小偷 有人.{0,4}[爬撬].{0,4}[窗阳] 打[人架死] 持械 斗殴 互殴
        [被挨].{0,3}打 打起来
        打(?:[我他她]|孩子|老婆|媳妇|老人|奶奶)(?!.{0,4}(?:电话|手机|招呼|疫苗|针|卡|证|分|折|车)) 家暴 家庭暴力 虐待
        砍[人我他伤] [拿持举挥]着?.{0,3}(?:刀|斧|棍|棒) 捅[人了我他] 杀(?:人|我|了[人他她我]) 行凶
        抢(?:劫|钱|包|东西|孩子|了?我的?) 有人.{0,3}偷 被抢 [包钱链].{0,2}被抢 非礼 堵在.{0,4}打
        陌生人.{0,8}(?:敲门|想进|闯|跟) 绑架 强奸 猥亵 性侵 要弄死 威胁.{0,6}(?:杀|弄死|砍) 翻[窗墙].{0,4}[进入]
        (?:我|人|孩子|女的).{0,4}关起来 不让我(?:走$|出屋|离开) [拽拖].{0,6}[往上进].{0,2}车 别打了
        (?:闹|喝多|醉).{0,8}砸 砸东西.{0,4}怕 被绑(?!定) 有人.{0,6}绑着 传销.{0,10}[关扣] [砸踹踢拧](?:我家?)?的?门
        [撬捅](?:我|邻居|人)?家?的?[门锁] 门.{0,2}被.{0,2}撬 小偷.{0,4}[进来在偷] [进来有闹]贼 闯进 摸我 围着.{0,4}打
        (?:[被让](?:.{0,3}人|他们?|她们?)|(?:他们|人|要债的|债主)[把给]我们?)堵在?.{0,2}(?:家(?!门)|屋|厕所|房间|车里|胡同|墙角)
        尾随 跟踪我 持枪 闹事 寻衅 非法拘禁 耍流氓 掐(?:我|脖子) 动手了 动刀
        \bhelp_(?:us|me_please)(?=$|[!,.]) \bhelp_me(?=$|[!,.]|_(?:he|she|they|someone|i'm|i_am|my_husband|my_wife))
        \bsos\b \b(?:call|send|need)_(?:for_)?(?:the_)?police\b(?!_(?:cert|rec|reg|clear|check|rep))
        \bcall_(?:110|911)\b ^police[!,_]*(?:please|come|help|quick|now) ^police!+$ \bstabb(?:ed|ing)\b
        \bstab(?:s|_me) \brobb(?:ed|er|ing) \bmugged \bmurder \brap(?:ed|ing|ist)\b
        \b(?:being|been|was|got)_(?:attacked|beaten|robbed|assaulted|raped) \battack(?:s|ing|ed)_(?:THEM)
        \bdrag(?:s|ged|ging)_(?:THEM) \bkick(?:s|ing|ed)_(?:my|our|the)_door
        \bis_breaking_(?:into_|the_|a_|my_)?(?:[\w']{1,12}_)?(?:window|door|flat|house|lock) \b(?:am|i'm)_hiding
        \b(?:hit(?:s|ting)?|beat(?:s|ing|en)?|chok(?:e|es|ing)|punch(?:ed|ing|es)?|kick(?:ed|ing|s)|strangl(?:es|ing|ed))_(?:up_)?(?:THEM)
        \b(?:has|with|holding|holds|waving|pulled|took)_(?:an?_|the_|out_a_)?(?:big_|long_|kitchen_)?(?:knife|knives|gun|axe|machete)\b
        \b(?:want(?:s|ed)?|going|gonna|try(?:ing)?|tries|will|says_he)_(?:to_|will_)?(?:hurt|kill|stab|shoot|rape)
        \btouch(?:es|ed|ing)_(?:me|my_(?:KIN)|girls|women|children)
        \b(?:stranger|thief|thieves|burglar)_(?:is_|are_)?in(?:side)?_ \b(?:someone|somebody|man)_is_in(?:side)?_my
        \bclimb(?:s|ed|ing)?_(?:in|into|through)_.{0,14}(?:window|balcony|house)
        \b(?:someone|somebody|man|guy|stranger|he|they|ex)_(?:is_|are_)?(?:try(?:ing)?|tries)_to_(?:open|break|enter|get_in|come_in)
        \bgrabbed_my \bsnatched_my \bscream(?:s|ing)?_(?:for_)?help
        \b(?:woman|girl|lady|she|wife)_(?:is_)?(?:scream(?:s|ing)|crying_for_help) \bhear_(?:\w{1,8}_){0,3}scream
        \b(?:locked|holds|keeps)_me_(?:in|here|at) n'?t_let_me_(?:out|leave)\b
        \b(?:afraid|scared)_of_(?:him|my_husband)
        \bbreak(?:ing)?_(?:in|into|down)\b.{0,6}(?:my|the|door|house|home|flat|$) \btrying_to_break_in \bbroke_into\b
        \bintruder \bburglar \bdomestic_(?:violence|abuse) \bgoing_to_kill \bgunshot \bkidnap
        \b(?:people|men|guys|they|drunks?)_(?:are_|is_)?fight(?:ing)?\b
        \bfight(?:ing)?_(?:outside|in_the|going_on|downstairs) \bthreaten(?:s|ing|ed)?_(?:me|to_kill)
        \b(?:got|was|been|someone|somebody|he|man)_shot\b \b(?:they|he)_broke_(?:down_)?(?:my|the|our)_door
        ^(?:help[!,_]*)?thief[!.]*
        \b(?:someone|somebody|stranger|man|he|they)_(?:has_)?(?:entered|came_into|got_into)_my \bfollows_me
        \bis_an_emergency ^(?:it'?s_)?(?:an_)?emergency[!.]*$ \bfollowing_(?:me|my_(?:KIN))
        """,
        lookalikes=r"""
        打人[工社民力家口事员大才寿] 被.{0,3}打(?:扰|断|折|印|破|开|回|乱|造|上|成|入|卡|分|包|电话|骚扰) 打[架]子
        打击 抢(?:修|购|红包|票|占|不到|号|险) [反防]家(?:暴|庭暴力) 家暴告诫 家庭暴力(?:告诫|证明|法|保护令)
        拿着?刀鱼 打死.{0,3}(?:蟑螂|老鼠|虫|蛇) 杀[毒虫菌价青鼠] 救命(?:药|钱|稻草|恩|之恩|yao) 有人偷[电倒排接税建懒]
        (?:小孩|孩子).{0,4}拿.{0,3}[棍棒]子?[划敲玩] (?:校园|网络)暴力 抢钱(?:呢|似的|一样)
        (?:拿着?)?(?:剪刀|菜刀)去?.{0,2}磨 剧本杀
        beats?_me_(?:at|in)_ (?:heat|cold|noise|mosquito|stress).{0,16}kill
        \b(?:car|truck|bus|motorbike|e-?bike|taxi|scooter)_(?:just_)?hits?_ sos_(?:button|device|bracelet)
        (?:call|need)_(?:the_)?police_station touched_my_heart screaming_(?:kids|child|bab)
        (?:can|could|would|will)_(?:you|someone|anyone)_(?:please_)?help_me break(?:ing)?_in_(?:the|period)
        """,
    ),
    "medical": Signs(
        ("120",),
        signs=r"""
        晕(?:倒|过去|厥) (?:KIN).{0,6}(?:晕了|抽了|倒下|没反应|没动静|烫[着到坏]) 心绞痛 早产 难产 破水
        昏(?:倒|迷|过去|死|厥) 不省人事 没有?了?(?:呼吸|心跳|意识|知觉) 叫不醒 救人(?!民)
        (?:孩子|小孩|娃|宝宝)[吃喝吞]了?.{0,4}(?:农药|百草枯|敌敌畏|老鼠药) 背过气 心脏骤停 猝死 [人我他她]晕了 剧痛
        我[快要]死了 摔断 楼上.{0,4}掉下来.{0,3}人 [人他她]掉下[去来] 敲门.{0,3}(?:没人应|不应|没动静).{0,8}老人
        老人.{0,4}敲门.{0,3}(?:没人应|不应|没动静) 呼吸.{0,2}(?:困难|费劲|不上来|不了|急促)
        喘得.{0,3}(?:厉害|不行|难受) (?<!牙龈)(?<!眼底)出血(?!热)
        (?:快打|快叫|帮我?[叫打]|^[打叫]?)120(?!\d)(?=$|快|救|来) 心脏.{0,2}停 (?:KIN|[人我他她]).{0,6}栽倒
        (?:掉下来|摔|跌|砸).{0,6}(?:胳膊|腿|头|腰|胯骨?).{0,2}[断破折] 迷糊.{0,6}(?:站不|说话|嘟囔|叫) 快不行
        胸.{0,3}憋得? (?:孩子|小孩|娃|宝宝|老人).{0,8}卡住 昏睡 血.{0,2}(?:哗哗|呼呼|不止|直流|喷) 淌血 流血不止
        撞人了? (?:KIN|人).{0,2}倒.{0,4}[路地街道] [河江湖水井]里.{0,3}人.{0,4}(?:扑腾|喊|救|挣扎|沉) 冰窟窿
        要生(?=$|[,。!]) 难受.{0,3}[快要]死 [快要]晕[了倒过] 我(?!.{0,4}[车机]).{0,8}(?:动不了|起不来)(?!床)
        瘫.{0,2}地上 (?:KIN)掉下[去来] 喘不[了动匀] 吐了?.{0,4}血 吃错.{0,2}药 被.{0,3}蛇咬 浑身是血 孩子快出来了
        [道路]边.{0,3}人.{0,2}倒下 (?:[道路][边上]|雪|地上).{0,4}[躺趴]着?.{0,3}人 不知.?死活 叫不(?:答应|应|动|起来)
        开水.{0,2}烫 都?不清醒 人都?(?:迷糊|晕乎)了 说胡话 高烧.{0,10}抽 [脸嘴唇][都憋发得的成]{0,3}[紫青]
        憋[得的]?[紫青] (?:全家|一家人?).{0,4}吐 (?:孩子|小孩|娃|宝宝|孙[子女])把.{0,10}药.{0,4}[吃吞喝]
        [吃吞]了?(?:好几|一大?把|几十|半瓶|一瓶)[片粒药] 喝了?.{0,4}(?:疏通剂|洁厕|消毒液|清洁剂|洗涤|洗衣液|甲醇)
        吃.{0,6}卡住 摔在?地上 (?:KIN|[我他她]|现在).{0,6}躺在?.{0,3}地上
        (?:手指头?|手|胳膊|腿).{0,4}[切剁锯绞轧](?:掉|断|下来) 冰.{0,5}掉下去 [快要]不行了 翻[沟河坑]里
        (?:老人|老太太?|老头|邻居|大爷|大娘|奶奶|爷爷).{0,6}[两三四五几]天没(?:见|动静|露面|出门|下楼)
        撞了?[个倒到](?:KIN|女的|男的|行人|学生) [喘上]不(?:上来?|过来?|来).{0,1}气 喘不[上过动] 喘气费劲 透不过气
        (?:胸口?|心口窝?|心脏|前胸).{0,4}[疼痛绞闷] 心脏病.{0,3}(?:犯|发作|突发) 抽搐 抽(?:风|过去) 口吐白沫
        (?:癫痫|羊角风|哮喘|老病).{0,3}(?:犯|发作) 大出血 流了?(?:很多|好多|一地|不少|满地|满脸)的?血 血流(?!变) 喷血
        止不住血 血止不住 [吐咯咳]血 满[脸头身地]是?血
        [摔跌滑磕栽卡](?:倒|了|下|伤|到|着|一跤|跟头)?.{0,8}(?:起不来|动不了|不动|不能动|断了|流血|出血|没动静|昏|晕)
        (?:KIN|[我他她]).{0,8}(?:摔倒|摔伤|跌倒|滑倒|卡倒|摔下来|摔断|倒在|倒地|躺在.{0,3}[地路上道])
        [滑摔跌晕卡]倒.{0,4}(?:老人|孩子|大爷|大娘) (?:摔倒|跌倒|晕|倒)在(?:地|路|楼|厕|家|雪|卫生间) 噎[着住到]
        卡[住在到]?了?.{0,3}(?:嗓子|喉咙|气管) (?:嗓子|喉咙|气管).{0,4}卡 呛[着住到].{0,4}[气脸] 误[食服喝吃]
        吞了.{0,4}(?:针|药) 吞(?:了|下|进)?.{0,4}(?:PIECE) (?:PIECE).{0,2}吞 (?:PIECE).{0,2}咽
        (?:KIN).{0,4}吃了?.{0,3}(?:硬币|电池|磁铁|磁力珠|巴克球|图钉|弹珠|珠子) 咽了?.{0,3}(?:PIECE)
        把.{0,8}(?:PIECE).{0,2}[吃吞咽]
        (?:KIN).{0,3}喝了.{0,3}(?:洁厕|消毒|84|汽油|洗) 一动不动
        (?:从|自).{0,3}(?:窗|楼|阳台|梯|树|脚手架|架子|高处|床).{0,4}(?:掉|摔|滚|坠)下 要生了 羊水 临产
        (?:KIN|[人他她]).{0,6}(?:不行了|快死了|没气) 说不出话 砸[到伤着中]了?一?个?(?:人|孩子|老人|头|路人|我)
        撞[了到伤倒]一?个?(?:人|孩子|老人|我) 落[水江河] 好几天没(?:动静|露面|出门|出屋|见)
        (?:KIN|[他她人]).{0,6}[掉摔滑落].{0,4}(?:河|水|井|湖|江|坑|沟|冰窟) 坠楼 惊厥
        (?:叫|快|来|派|喊|打|要|拨).{0,3}救护车 半[边拉个].{0,4}(?:不能动|动不了|没知觉|麻|不好使|不听使唤) 嘴.?[歪斜]
        \bchest_(?:pain|hurts|tight|is_tight) \b(?:pain|pressure)_(?:in|on)_(?:(?:my|his|her|the)_)?chest
        n'?t_get_(?:any_)?air\b \bheart_attack \bunconscious \bpassed_out \b(?:having|had|has)_a_(?:stroke|seizure)
        \bfaint(?:ed|ing)\b \b(?:s?he|man|woman|KIN|just|has)_collapsed \bconvulsi \basthma_attack \bpassing_out
        \b(?:pregnant|old)_(?:woman|man|lady|wife)_(?:just_)?(?:fell|has_fallen) \bpain_and_blood
        \bheart_(?:has_)?(?:pain|hurts|stop) \bnot_conscious \beyes_roll (?:feel|going_to|will)_faint
        (?:KIN|MAN)_(?:ate|swallowed|took)_(?:some|my|his|her)_pills \bchok(?:es?|ed)_on \bdrown
        \b(?:eats?|ate|took|takes?)_(?:too_)?many_pills \b(?:took|takes?)_(?:\w{1,8}_)?poison \bfinger.{0,10}cut_off
        \bgiving_birth_(?:now|here|at_home|in) \bfrozen_in \bunder_the_ice
        \bdog_(?:is_)?(?:attack|bit(?:es|ing)_(?:an?|me|my|him|her)\b)
        \b(?:lips|face|baby|child|he|she)_(?:is_|are_|turn(?:ed|s|ing)_)blue
        (?:n'?t|_not|never)_(?:wak(?:e|ing)|breath|respond(?=$|[,.!]|ing)|react)
        \b(?:face|mouth)_(?:is_)?(?:droop|crooked|twisted|numb)
        \bsuddenly_(?:can|could)(?:'?t|not|_not)_(?:speak|talk|move|see|walk)
        (?:KIN|MAN|\bi)_(?:just_|has_|have_)?(?:fell|fallen|slipped|slid)(?!_(?:asleep|in_love)).{0,40}(?:can'?t|can_?not|not_|blood|head|hurt|broke|bathroom|\b(?:HIGH|WATER)\b)
        (?:KIN|MAN)_(?:is_)?(?:lies|lying|laying|sleeping)_(?:down_)?(?:in|on)_(?:the_)?(?:snow|ground|floor|street|road|\bice|sidewalk|stairs)
        (?:DOWN|bathroom)_(?:is_|and_)?not_mov \b(?:will|going_to)_freeze \bfreezing_to_death
        (?:car|truck|bus|motorbike|motorcycle|e-?bike|taxi|scooter)_(?:just_)?(?:hits?|ran_over)_(?:THEM)
        (?:KIN|MAN)_(?:is_)?in_the_(?:river|water|lake)\b \bthrough_the_ice
        \bblood_(?:from|everywhere|all_over|coming)
        \b(?:cut|lost)_(?:off_)?(?:his|her|my)_(?:finger|hand|arm|leg|foot) \bthroat_(?:is_)?(?:clos|swell|swoll)
        \ballergic_reaction (?:KIN|MAN|\bi_am|\bi'?m)_(?:is_)?dying(?!_(?:of_(?:cold|heat|hunger|bored)|for_|to_))
        \bbaby_is_coming \bcontractions \bboiling_(?:water|soup|oil).{0,12}(?:KIN|him|her\b|me\b|face|hand|leg|spill)
        \bscalded \b(?:big|bad|badly|severe)_burn \bneed_(?:an?_)?doctor_(?:quick|now|fast|urgent|immediate)
        \blots?_of_blood \bmuch_blood \b(?:can'?t|cannot|can_not|trouble|not|difficulty|stopped|hard_to)_breath
        \bshort(?:ness)?_of_breath \bbleeding\b(?!_gum) \b(?:took|taken|swallowed)_(?:all|too_many|a_bottle)
        \bswallow(?:ed|s)_(?:an?|the|some|my)_ \bswallow(?:ed|s)_(?:\w{1,8}_)?(?:PIECE)\b
        \b(?:took|taken|ate|swallowed)_(?:all|too_many|many|a_lot_of|lots_of|the_whole|a_handful)_(?:\w{1,12}_){0,3}(?:pills|tablets|medicine)
        \b(?:drank|drunk|drinks?|drinking|swallowed|ate|eats?|eaten)_(?:\w{1,10}_){0,3}(?:POISON) \bseizure
        \bchoking\b \boverdos \b(?:call|need|send|get)_(?:me_)?(?:an_)?ambulance \bdrowning
        \bnot_(?:responding|moving) \bunresponsive \bno_pulse
        \bcan'?t_(?:get_up|stand_up|move|wake)(?!_(?:in_the_morn|early|to_)) \bcan(?:not|_not)_(?:stand_up|wake)
        \bwon'?t_wake \bin_labou?r\b \bwater_broke \bcall_120\b
        """,
        forms=r"""
        [被让][^,不]{0,6}狗.?咬(?:[了伤着到]|$) 叫狗咬了 狗[把给].{0,3}(?:KIN|[我人]).{0,2}咬
        狗.{0,2}咬了?(?:KIN|我(?!家?的?[鸡鸭鹅猫狗羊]))
        [被让].{0,3}车[撞轧压] 上吐下泻 中暑 说话.{0,3}说?不清 胳膊.{0,3}抬不起来
        (?:胯骨?|腿|胳膊|头|腰|脑袋).{0,3}摔[坏断折破] 摔折(?!叠) 心梗 心肌梗 脑梗 脑出血 脑溢血 中风了? 胸闷 骨折
        [烫烧]伤 中毒 车祸 溺水 休克
        \b(?:bitten|bit)_by_(?:\w{1,10}_){0,2}dogs?\b \bdogs?_(?:just_|has_){0,2}(?:bit|bitten)_(?:THEM)
        \bpoison(?:ed|ing) \bbroken?_(?:(?:his|her|my|the)_)?(?:leg|arm|hip) \bcar_(?:crash|accident)
        \bcan(?:not|_not)_(?:get_up|move)
        \bhit_by_(?:an?_|the_)?(?:car|bus|truck|motor\w{3,6}|e-?bike|taxi|train|scooter) \bstroke\b
        """,
        lookalikes=r"""
        中毒(?:性|率|后|的事|事件|检测) (?:网络|电脑|手机)中毒 中毒软件 (?:电脑|网|系统|手机).{0,3}抽风
        狗.{0,4}咬.{0,10}(?:疫苗|打针|赔|投诉|责任|谁管) [狗猫鸡鸭鹅宠物崽][被让].{0,4}狗.{0,2}咬
        FEAR.{0,2}被.{0,3}狗.{0,2}咬
        [有常].{0,4}被.{0,3}狗.{0,2}咬 (?<!手)[机柜].{0,6}吞
        \b(?:dog|cat|pet|puppy)_(?:was_|got_|is_|has_been_)?(?:bitten|bit)_by
        \b(?:bitten|bit)_by.{0,60}(?:rabies|vaccin|shot\b|compensat)
        防?溺水(?:安全|警示|教育) 手术.{0,3}出血 防溺水 羊水检查 车祸(?:险|后) (?:烫伤|烧伤)膏 摔倒险
        (?:容易|怕|小心).{0,6}掉 (?:脑梗|中风|心梗|脑出血)(?:后|康复|病人|患者|病史) 拔牙.{0,4}出血
        FEAR(?:KIN)?会?[摔滑跌卡]倒 (?:差点儿?|险些|怕|担心|容易|别|小心).{0,6}[砸撞磕][到伤着了]
        撞[了到]我(?:的|家的?)?[车门墙] 落水管 滑[梯道板] 快要?不行了的?(?:手机|电)
        (?:社保|医保|银行|[电水气门饭]|公交|电话|手机|身份证|老年|优待)卡
        (?:泥|垃圾|石|墩子?|树|土|渣|杆|牌|车).{0,3}倒在 摔[倒伤]后.{0,6}(?:照料|照顾|护理|保姆)
        stroke_(?:of|rehab|patient|recover) (?:since|after)_(?:his|her|the|my|a)_stroke
        (?:phone|keys?|wallet|bike|tiles?|antennas?)_(?:has_)?fell head(?:ache|ing)
        ambulance_(?:transport|cost|price|fee)
        """,
        habit=True,
    ),
    "trapped": Signs(
        ("119",),
        signs=r"""
        [困关卡锁][在到进住].{0,4}(?:电梯|轿厢) 困电梯 [被把].{0,3}[关锁]在?(?:里面|里头|屋里|家里|外面)了?$
        (?:小孩|孩子).{0,4}自己.{0,2}锁
        [困关卡][在到进住].{0,5}(?:电梯|轿厢|屋里|家里|房间|车里|厕所|卫生间|浴室|里面|里头|井|地下室) 被困 困住了
        电梯.{0,8}(?:困|关.{0,2}人|卡.{0,2}人|卡.{0,6}楼|停在.{0,4}(?:中间|半|两层)|出不[来去]|不出来|坠|往下掉|掉下去|失控)
        电梯,?(?:突然|刚才?|又|一下子?|直接|自己|从.{1,3}楼){0,2}掉下来 电梯.{0,5}掉(?:到|了).{0,2}[楼层底]
        电梯.{0,14}(?:我|人)们?还?在里[面头] 电梯.{0,12}里面?有?[一二两三四五六七几\d]个人 房[盖顶].{0,5}塌
        电梯.{0,14}里面?有.{0,5}[哭喊叫] 电梯.{0,4}夹(?:[住着到]|人了)
        (?:头|手|脚|脑袋).{0,2}卡.{0,3}[栏缝机梯管椅桶瓶] 被锁.{0,2}(?:阳台|冷库|车|厕所|楼顶|屋|地下) 埋了?人
        人.{0,2}埋了 房子?要[倒塌] (?:孩子|小孩|宝宝|老人).{0,2}锁.{0,2}[车屋家里] 困在.{0,3}(?:岛|河|[房屋]顶|树上)
        埋了[几一两三俩]?个?[工人] (?:卫生间|厕所|浴室|洗手间|阳台|车里).{0,3}出不来(?!.{0,2}水) (?<!老)人出不来(?!门)
        电梯.{0,12}里面?(?:还|好像)?(?:有|关着)(?:人|老人|孩子)(?![抽吸遛乱贴发小扔])
        (?:孩子|小孩|宝宝|婴儿|老人|奶奶|爷爷).{0,8}(?:反锁|锁在|关在)
        (?:反锁|锁在).{0,6}(?:孩子|小孩|宝宝|老人|出不来)
        (?:(?<!龙)头|脑袋|手(?![机续法里头])|胳膊|脚|腿).{0,4}[卡夹](?:在|住|.{0,4}里)
        (?:房子?|楼|墙|屋顶|棚|广告牌|脚手架).{0,3}(?:塌了|倒塌|坍塌|要塌|塌下来) [压埋](?:[在住着].{0,5}人|了人) 塌方
        被埋
        \b(?:stuck|trapped|locked)_(?:\w{1,12}_)?(?:in|inside)_(?:(?:the|an?|my|our)_)?(?:PLACE)\b
        \b(?:can'?t|cannot|can_not)_get_out_of_(?:the_)?(?:PLACE)\b
        \b(?:elevator|lift)_(?:does(?:n'?t|_not)|won'?t|not)_(?:open|move).{0,24}(?:inside|people|in_it)
        \b(?:head|arm|hand|leg|foot|fingers?)_(?:is_|are_|got_)?(?:stuck|caught|jammed)
        \b(?:i'?m|i_am|we_are|we're)_in_(?:the_)?(?:elevator|lift)
        \b(?:elevator|lift)_stuck.{0,12}_(?:we|i)_(?:are|am)_in \bunder_the_collapsed \bburied_(?:under|in_snow)
        \b(?:wall|roof|ceiling|tree|balcony)_(?:has_|just_)?(?:fell|fallen)_(?:down_)?(?:on_(?:THEM)|people)
        \btrapped\b \b(?:elevator|lift)_(?:is_)?(?:stuck|stopped).{0,24}(?:inside|people|in_it|with|me)
        \b(?:elevator|lift)_(?:is_|has_|just_|suddenly_){0,2}(?:falling|fell|fallen(?!_(?:into|apart))|dropped)
        \bpeople_(?:are_)?buried \bcar_(?:is_)?sinking
        \b(?:wall|roof|building|ceiling)_(?:has_)?collapsed
        """,
        lookalikes=r"""
        要塌不塌 困人险 被困[扰难] 困[难惑境] (?:资金|钱|系统|手续|材料|流程).{0,4}[困卡] 锁在.{0,3}[柜抽]
        车辆?.{0,3}被困 FEAR被?(?:困|倒塌|塌)
        (?:elevator|lift)_(?:is_)?(?:stuck|stopped).{0,24}(?:nobody|no_one|empty)(?:_inside|_in_it)?
        (?:keys?|card|phone|wallet|cat|dog)_(?:is_|are_|got_)?(?:stuck|locked|trapped)
        """,
        habit=True,
    ),
    "flood": Signs(
        ("119",),
        signs=r"""
        洪水 山洪 决堤 发大水 泥石流 [江河]水.{0,4}(?:倒灌|进|漫|涨上) 被(?:大水|洪水|水)[冲困围淹]
        水.{0,4}[淹没漫到](?:(?!脚).){0,3}(?:膝|腰|胸|脖|大腿|半米|一米) (?:雨水|大水).{0,8}(?:进屋|进家|淹|灌)
        淹.{0,6}(?:有人|人出) (?:车库|地下室|桥洞|涵洞).{0,8}水.{0,8}有人 把人冲 冲走了?[一个]{0,2}人 水.{0,3}淹进
        水往屋里?[灌进] 进屋.{0,3}[一半两]米 [河江]涨水 淹.{0,6}有人
        \binto_(?:the_|my_|our_)?house_(?:very_)?fast \briver_(?:is_|has_|came_|comes_)?(?:over\b|rising|burst|flood)
        \b(?:yard|house|street|village|car)_(?:is_|are_)under_?water \bflood_in_(?:our|the)_(?:village|town|street)
        \bwater_.{0,24}(?:knees?|waist|chest)\b \bflooding_(?:our|my|the)_(?:house|village|yard) \bflood!
        \b(?:car|bus)_in_(?:the_)?(?:deep_)?water \b(?:washed|swept)_away
        \b(?:street|road|village|area|town)_(?:is_|was_|got_)?flooded \bwater_is_(?:up_to|rising) \bflash_flood
        """,
        lookalikes=r"""
        [防抗]洪 洪水(?:保险|险) 被水淹过 楼上.{0,6}淹
        dirty_water_is_rising flood_(?:insurance|drill|map)
        """,
        habit=True,
    ),
    "missing": Signs(
        ("110",),
        signs=r"""
        走失 走丢 离家出走 (?:孩子|老人|爷爷|奶奶|儿子|女儿).{0,4}(?:天|夜|宿|小时)没(?:回|见) (?:KIN)失踪
        (?:KIN).{0,2}[两三四几]天没回家 走散 (?:KIN).{0,3}出去.{0,4}没[信影] (?:KIN)跑[丢没]
        没回[家来].{0,8}(?:打不通|联系不|关机|天黑|半夜) (?:孩子|小孩|岁).{0,6}一个人.{0,8}(?:哭|马路|街上) 没到校
        捡[到着].{0,3}(?:小孩|孩子|婴儿|老人)(?![的书包鞋帽证卡手衣玩]) 不知道.{0,2}自己?家.{0,2}在?哪
        (?:KIN).{0,3}(?:自己)?[跑走溜出](?:出?去|丢).{0,12}没找[着到] (?:KIN).{0,3}痴呆.{0,4}[跑走]出去 拐走 被拐
        人贩子 (?:KIN).{0,8}[被让].{0,6}(?:抱走|带走|领走)
        (?:孩子|小孩|老人)(?:(?![的书包鞋帽证卡本药车]).){0,6}不见了
        (?:KIN).{0,4}(?:出去|出门|放学|早上|昨晚|昨天|今天|突然|现在|不知道|遛弯|买菜).{0,10}(?:没回来|没回家|没到家|不见了|没影|联系不上)
        (?:KIN).{0,4}迷路 不知道家在哪 找不[着到]家了
        (?:KIN)(?:人|都|突然|好像|又|刚|可能|就)?给?弄?(?:(?:丢了|不见了)(?!.{0,4}[证卡本包机钥书])|找不着了?|找不到了|没影了|失联|失踪)
        (?:KIN)联系不上(?!.{0,2}(?:社区|网格|物业|客服|人工|你们)) (?:KIN).{0,10}一直没回家
        找不[到着]我?(?:家|的)?(?:KIN)(?![的证户医社身学补津活康]) 孩子没了.{0,2}找 痴呆.{0,4}找不[着到]
        \b(?:my|the|our|an?)(?:_\w{1,12}){0,4}_(?:KIN|man|woman|person)(?:_\w{1,10}){0,4}_(?:is|has|went|got)_(?:been_)?(?:missing|lost)(?=$|[,.!?]|_(?:since|for|from|in|at|near|please|help|and|now|today|yesterday|he|she|we|i|after|with)\b)
        \b(?:little|small|young)_(?:girl|boy|child|kid)_(?:is_)?(?:lost|alone|crying)
        (?:KIN)\b.{0,40}(?:n'?t|_not|never)_(?:come|came|return(?:ed)?)_(?:back|home)
        \b(?:can'?t|cannot|can_not|couldn'?t)_find_(?:him|her)(?=$|[,.!])
        \b(?:someone|somebody|man|woman|stranger)_(?:has_)?(?:took|taken|grabbed|dragged)_(?:away_)?(?:my|the|a)_(?:\w{1,8}_)?(?:KIN)\b
        \b(?:KIN|man|woman)_(?:has_)?(?:disappeared|gone_missing|wandered) \b(?:has_not|hasn't)_come_home
        \bmissing_(?:child|person|kid|boy|girl|elder) \b(?:can'?t|cannot|can_not)_find_my_(?:KIN)\b(?!'|_an?_)
        \b(?:KIN)_missing(?=$|[,.!]|_(?:since|for|from|in|at|help)) ^(?:KIN)_lost_(?:in|at|since|near)
        \b(?:child|kid|son|daughter|baby|boy|girl)_(?:is_gone|ran_away) (?:KIN)_not_(?:at_)?home_since
        (?:KIN)_was_(?:taken(?!_to)|stolen) alzheimer.{0,12}(?:lost|gone|disappeared|left)
        \bwhere_is_my_(?:son|daughter|child|kid|baby|boy|girl)(?=$|[,.!?]|_(?:he|she|i)\b)
        \b(?:child|kid|baby|girl|boy|toddler)_alone_(?:on|in_the|outside) \bwandered_off
        \blost_my_(?:\w{1,8}_)?(?:child|kid|son|daughter|baby|boy|girl|grand\w{2,8})\b(?!'|s\b) \bwe_lost_my_(?:KIN)
        """,
        lookalikes=r"""
        (?:猫|狗|宠物|泰迪|金毛|鹦鹉|手机|钱包|证).{0,6}(?:走失|走丢|丢了|不见了) 宣告失踪 失踪人口
        (?:走失|走丢)的?(?:猫|狗|宠物) 走丢了?手环 走失(?:手环|定位|卡|黄手环) 防(?:拐|走失)
        lost_in_(?:math|english|chinese|class) (?:my|the)_(?:cat|dog)
        """,
        lasting=True,
    ),
    "fraud": Signs(
        ("110", "96110"),
        signs=r"""
        骗.{0,14}(?:转|汇)(?:了(?![学院户])|走|过去|出去) (?:转|汇)了?.{0,8}给.{0,2}骗子
        [钱款万千元块].{0,6}[转汇打给付交]给?了?骗子
        给骗子(?:们)?.{0,4}(?:转|汇|[打付交].{0,4}[钱款万千]) 骗子.{0,4}(?:正在?|还在|现在).{0,10}(?:转|汇|打[钱款])
        [我俺](?:刚刚?|刚才|今天|昨天)?(?:被|让|叫)(?:人|骗子|电信|网络)?给?诈?骗[走去]?了?.{0,3}(?:AMOUNT)
        (?:KIN).{0,2}(?:被|让|叫)(?:人|骗子|电信|网络)?给?诈?骗[走去]?了?.{0,3}(?:AMOUNT)(?<=万)
        刚刚?才?(?:被|让)(?:人|骗子)?给?诈?骗了 (?:养老钱|积蓄|存款|棺材本|卡里).{0,5}(?:被|让).{0,3}骗
        (?:刷单|网恋|杀猪盘|兼职|贷款).{0,6}骗.{0,3}(?:AMOUNT)
        (?:转|汇)(?:了|完|账了|过去|出去).{0,8}(?:才|现在).{0,6}骗
        冒充.{0,20}(?:转|汇)(?:了|过去|出去) (?:验证码|密码|卡号).{0,4}(?:告诉|给|说).{0,2}骗子
        [被让].{0,3}骗[走光]了?.{0,2}(?:AMOUNT) [卡钱]里?.{0,3}[被让].{0,3}骗[走光]
        骗[走光去]了?[我俺].{0,4}(?:养老钱|积蓄|存款|AMOUNT) [转汇打].{0,8}安全账户(?:了|里了)
        正在?.{0,6}安全账户
        \b(?:sent|sending|transferr?(?:ed|ing)|wir(?:ed|ing)|paid|paying|gave|giving)_.{0,30}to_(?:an?_|the_|these_)?(?:\w{1,8}_)?(?:SCAM)\b
        \bscam(?:mer)?s?\b.{0,50}\b(?:i|we|s?he)_(?:have_|has_|already_|just_){0,2}(?:sent|transferred|wired|paid|gave)\b
        \b(?:scammed|defrauded|swindled|cheated)_(?:me_|us_|him_|her_|my_(?:KIN)_)?out_of\b
        \btricked_into_(?:send|transf|pay)
        \b(?:gave|told)_(?:an?_|the_)?(?:SCAM)_.{0,12}(?:code|password|card|money|yuan|\d)
        \bjust_(?:got_|been_|was_)?(?:scammed|defrauded|swindled)
        \blost_.{0,24}to_(?:an?_|the_)?(?:\w{1,8}_)?(?:SCAM)\b
        """,
        lookalikes=r"""
        (?:差点儿?|险些|没有?|别|不要|不能|不会|防止|避免|怕|担心|小心|以防).{0,6}(?:给骗子|转给|转了|汇了|转走|被骗)
        骗.{0,30}(?:[报立]案(?:后|了|[一两三四五六七八九十半几多]|都|也|啥|什么)|报[了过完]警|已经?报警)
        (?:almost|nearly|never|not|n't|avoid)_(?:\w{1,6}_)?(?:send|sent|transfer\w{0,4}|pay|paid|give|gave|wired?)\b
        """,
        lasting=True,
    ),
}
