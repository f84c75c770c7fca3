"""What an emergency sounds like: the table that `emergency` reads by. Change a word here and nothing else.

Every table is a list of patterns with blanks between them; _ stands for a space, KIN, FEAR and FUEL for the
words below. They are matched against normalised text (half-width, simplified, lower case) and use nothing
but alternatives and short bounded gaps, so that they read in linear time.

119 is fire and rescue, 120 the ambulance, 110 the police. 12356 is the national line for psychological aid
(国家卫生健康委, 25 December 2024; everywhere since 1 May 2025); it comes after those who can be at the door.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["fire", "gas", "electric", "suicide", "violence", "medical", "trapped", "flood", "missing"]

KIN = (
    "孩子|小孩|宝宝|婴儿|儿子|女儿|闺女|孙子|孙女|外孙|娃|老人家?|老太太?|老头|老爷子|大爷|大娘|大妈|爸爸?"
    "|妈妈?|父亲|母亲|爹|老娘|奶奶|爷爷|姥姥|姥爷|大姨|姑姑|舅舅?|叔叔?|婶子?|哥哥?|弟弟?|姐姐?|妹妹?|嫂子"
    "|老伴|媳妇|老婆|老公|丈夫|妻子|邻居|有人|一个人"
    "|child|kid|son|daughter|baby|boy|girl|mother|father|mom|mum|dad|grandm\\w{1,6}|grandf\\w{1,6}|grandpa"
    "|husband|wife|neighbou?r"
)
FEAR = (
    "(?:没有?|未|不是|不会|防止|预防|避免|以免|容易|怕|担心|小心|当心|差点|险些|可能(?=[会引])|会不会)"
    "(?:会|引起|引发|发生|真)?"
)
FUEL = "煤气|燃气|天然气|液化气|瓦斯|管道气"


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
        [着著]大?火 起火 失火 放火 纵火 走水了 火灾 火情 报火警 引着了 把.{1,6}烧了
        冒着?(?:黑|白|浓|大|好多)?烟 浓烟 黑烟 烧(?:起来|着了) 着起来 燃起来 自燃(?!气) 爆炸 火势 火苗
        [窜蹿]火 冒火(?![花星气]) 大火 (?:屋|楼道|走廊|满).{0,4}都?是烟 罐.{0,3}炸
        点着了.{0,3}(?:纸|柴|垃圾|沙发|被|楼|房)
        (?:纸壳?|柴|衣服|沙发|被褥|线|车|房|楼|垛|垃圾|草|屋|厨房).{0,3}着了 进烟
        烟.{0,3}(?:很大|太大|呛|出不去|睁不开) (?:楼道|单元|屋里?|家里|走廊).{0,2}[有是进]烟(?!头|囱|道|味)
        火光 [房楼]顶?着了 \bon_fire\b \bhelp,?_fire \bfire,?_help ^fire\b(?:[,!_]*fire\b)*[!.]*$
        \b(?:is|are|there'?s|see|have|had|got)_(?:an?_)?(?:\w{1,12}_)?(?:fire|flames?)\b \bcaught_fire
        \bfire! \bfire_(?:in|at|on)_(?:my|the|our) \bburning_down \b(?:house|kitchen|car)_fire
        \bi_(?:can_)?see_smoke \bsmoke_(?:is_)?(?:coming|everywhere|in|from|pouring|filling)
        \b(?:lots|full|smell)_of_smoke \bflames\b \bexplosion \bexplod(?:ed|ing)
        \bsmell_(?:something_)?burning \b(?:is|are)_burning\b
        """,
        lookalikes=r"""
        火[车锅化葬气辣爆炬] 火烧云 打火机 [灭防发红]火 (?<![楼山车屋顶地])上火 开着?大?火 冒烟囱
        烧烤.{0,5}烟 烟道 不[着冒](?:火|烟) 着火[点慢] (?:嗓子|气得?)冒烟 眼冒
        火灾(?:隐患|险|保险|证明|认定|调查|损失|赔偿|补助|救助|报警器|自动|应急|原因|后)
        (?:烟囱|排气筒|尾气|排气管).{0,4}冒.{0,2}烟 [抽吸油香]烟 二手烟 烟花 爆炸[头式性] 数据爆炸 救火车
        FEAR(?:[着著]火|起火|失火|火灾|爆炸|自燃|冒烟|大火) (?:导致|造成|引发|引起)(?:火灾|爆炸|自燃)(?!了)
        \bno_fire
        fire_(?:drill|extinguisher|exit|door|station|hydrant|safety|insurance|department|inspection)
        fire_(?:training|engine|truck|lane|escape|code|works) fireworks (?:camp|bon)fire fired no_smoking
        smoke_(?:detector|alarm) smoker smoke_from_the_(?:restaurant|chimney|bbq|barbecue)
        """,
        habit=True,
    ),
    "gas": Signs(
        ("119",),
        signs=r"""
        (?:FUEL).{0,10}(?:漏|泄) (?:FUEL).{0,6}(?:跑气|味) 漏(?:FUEL) (?:FUEL).{0,4}挖断 嘶嘶响 煤[气烟]中毒
        一氧化碳 臭鸡蛋味(?!.{0,6}[下厕水]) 漏气 (?:闻|有|股|飘|满屋).{0,5}(?:FUEL)的?(?:味|气味)
        (?:FUEL).{0,4}报警(?!器) 报警器.{0,4}响 (?:灶|管道|阀门?|罐|燃?煤?气表).{0,5}(?:嘶嘶|漏气)
        \bgas_(?:pipe_|line_)?(?:is_)?leak \bleak(?:ing|s)?_(?:of_)?gas \bgas_smell \bcarbon_monoxide
        \bsmell(?:s|ing)?_(?:of_|like_|strong_)?gas\b \bgas_alarm_(?:is_)?(?:ringing|beeping|going)
        """,
        lookalikes=r"""
        (?:胎|球|窗户?|(?<!阀)门|空调|暖气片?|水管|马桶|冰箱|床垫).{0,4}漏气 [检防查]漏 漏气检测
        没有?(?:闻到)?(?:FUEL)味 不漏 (?:防止|预防|避免|谨防|没有?|没发生)(?:发生)?(?:FUEL)(?:泄漏|中毒|漏气)
        (?:FUEL)泄漏(?:隐患|报警器|演练|应急|知识|保险)
        carbon_monoxide_(?:detector|alarm)s?_(?:install|batter|free|cost) 消防报警器
        """,
    ),
    "electric": Signs(
        ("120", "119"),
        signs=r"""
        (?<!接)触电(?!影|视|商|竞) [被让]电(?:着|倒|到|伤|死|击|晕|了|打)
        (?<!来)电[着到倒](?:人|孩子|我|老人) 漏电(?!费|保护|开关|保险) 电死 (?:高压线|电线).{0,3}打着
        (?:电线|高压线|电缆).{0,3}(?:掉|断|垂|落)
        (?:电线|插座|插排|电表|电箱|表箱|配电箱|电闸|开关|变压器).{0,4}(?:打火|火花|火星|着了) \belectrocut
        \belectric_shock \blive_wire \bpower_line.{0,12}(?:down|fell|fallen|on_the_ground) \bgot_shocked
        \bsparks?_(?:from|coming|flying) \b(?:outlet|socket|wires?)_(?:is_|are_)?sparking
        """,
        lookalikes=r"""
        (?:充|话)电线 防?FEAR(?:触电|漏电)
        """,
        habit=True,
    ),
    "suicide": Signs(
        ("110", "120", "12356"),
        signs=r"""
        不想再?活 活不下去 喝药了 喝了药 服毒 跳下[去来] 往下跳 想跳 活够了 (?<![养救])不活了
        想死(?![你我机]|了你) 想去死 自杀 轻生 跳[楼江河桥](?!边) (?:想|要)了断 割腕 上吊 寻短见
        [喝吃吞]了?.{0,4}(?:农药|百草枯|敌敌畏|安眠药|老鼠药) (?:了结|结束)(?:自己|这一生|生命|余生) 自残
        写.{0,2}遗书 [站坐].{0,4}(?:楼顶|天台|窗台|护栏|阳台外) 楼顶.{0,3}[站坐].{0,3}人
        活着.{0,4}没.{0,2}(?:意思|意义|劲) 一了百了 不如死了 死了算了 \b(?:wants?|going|wanna)_(?:to_)?die\b
        \bkill(?:ing)?_(?:my|him|her)self \bend_(?:my|his|her)_(?:own_)?life \bsuicid
        \bdo(?:n'?t|_not)_want_to_live \bno_reason_to_live \b(?:better_off|rather_be)_dead
        \bjump(?:ing)?_(?:off|from)_(?:the_|a_)?(?:roof|building|bridge|balcony|window)
        \bcut(?:ting)?_my_wrist
        """,
        lookalikes=r"""
        跳楼(?:价|机|大?甩卖|清仓) 自杀式 [防]自杀 预防(?:自杀|轻生)
        (?:企业|生意|店|公司|工厂|厂子|行业|小贩|商户|养殖户).{0,6}活不下去 [累热冻烦笑急气]得?我?不想活
        suicide_prevention_(?:course|week|class|lecture)
        """,
        lasting=True,
    ),
    "violence": Signs(
        ("110", "120"),
        signs=r"""
        救命 打[人架死] 持械 斗殴 互殴 [被挨].{0,3}打 打起来
        打(?:[我他她]|孩子|老婆|媳妇|老人|奶奶)(?!.{0,4}(?:电话|手机|招呼|疫苗|针|卡|证|分|折|车)) 家暴
        家庭暴力 虐待 砍[人我他伤] [拿持举挥]着?.{0,3}(?:刀|斧|棍) 捅[人了我他] 杀(?:人|我|了[人他她我]) 行凶
        抢(?:劫|钱|包|东西|孩子|了?我的?) 有人.{0,3}偷 被抢 [包钱链].{0,2}被抢 非礼 堵在.{0,4}打
        陌生人.{0,8}(?:敲门|想进|闯|跟) 绑架 强奸 猥亵 性侵 要弄死 威胁.{0,6}(?:杀|弄死|砍)
        [砸踹踢](?:我家?)?的?门 [撬捅](?:我|邻居|人)?家?的?[门锁] 门.{0,2}被.{0,2}撬 小偷.{0,4}[进来在偷]
        [进来有闹]贼 闯进 摸我 围着.{0,4}打 尾随 跟踪我 持枪 闹事 寻衅 非法拘禁 耍流氓 掐(?:我|脖子) 动手了
        动刀 \bhelp_me(?=$|[!,.]|_(?:he|she|they|someone|i'm|i_am|my_husband|my_wife)) \bsos\b
        \bcall_(?:the_)?police \bstabb(?:ed|ing)\b \brobber
        \b(?:being|been|was|got)_(?:attacked|beaten|robbed|assaulted|raped)
        \battack(?:ing|ed)_(?:me|my|him|her)
        \b(?:hit(?:s|ting)?|beat(?:s|ing)?|chok(?:es|ing)|punch(?:ed|ing)?)_(?:up_)?(?:me|my|him|her|his)\b
        \b(?:has|with|holding)_a_(?:knife|gun)
        \bbreak(?:ing)?_(?:in|into|down)\b.{0,6}(?:my|the|door|house|home|flat|$) \btrying_to_break_in
        \bbroke_into\b \bintruder \bburglar \bdomestic_(?:violence|abuse) \bgoing_to_kill \bgunshot \bkidnap
        \b(?:people|men|they|drunks?)_(?:are_|is_)?fighting
        \bfight(?:ing)?_(?:outside|in_the|going_on|downstairs) \bthreaten(?:s|ing|ed)?_(?:me|to_kill)
        \bfollowing_me
        """,
        lookalikes=r"""
        打人[工社民力家口事员大才寿] 被.{0,3}打(?:扰|断|折|印|破|开|回|乱|造|上|成|入|卡|分|包|电话|骚扰)
        打[架]子 打击 抢(?:修|购|红包|票|占|不到|号|险) [反防]家(?:暴|庭暴力) 家暴告诫
        家庭暴力(?:告诫|证明|法|保护令) 拿着?刀鱼 打死.{0,3}(?:蟑螂|老鼠|虫|蛇) 杀[毒虫菌价青鼠]
        (?:校园|网络)暴力 抢钱(?:呢|似的|一样) (?:拿着?)?(?:剪刀|菜刀)去?.{0,2}磨 剧本杀
        (?:can|could|would|will)_(?:you|someone|anyone)_(?:please_)?help_me break(?:ing)?_in_(?:the|period)
        """,
    ),
    "medical": Signs(
        ("120",),
        signs=r"""
        晕(?:倒|过去|厥) (?:KIN).{0,6}(?:晕了|抽了|倒下|没反应|没动静|烫[着到坏]) 心绞痛 早产 难产 破水
        昏(?:倒|迷|过去|死|厥) 不省人事 没有?了?(?:呼吸|心跳|意识|知觉) 没气了 叫不醒 背过气 心脏骤停 猝死
        [人我他她]晕了 剧痛 我[快要]死了 摔断 楼上.{0,4}掉下来.{0,3}人 [人他她]掉下[去来]
        敲门.{0,3}(?:没人应|不应|没动静).{0,8}老人 老人.{0,4}敲门.{0,3}(?:没人应|不应|没动静)
        呼吸(?:困难|不上来|不了|急促) 喘得.{0,3}(?:厉害|不行|难受) (?<!牙龈)(?<!眼底)出血(?!热)
        [喘上]不(?:上来?|过来?|来).{0,1}气 喘不[上过动] 喘气费劲 透不过气
        (?:胸口?|心口窝?|心脏|前胸).{0,4}[疼痛绞闷] 心脏病.{0,3}(?:犯|发作|突发) 抽搐 抽(?:风|过去) 口吐白沫
        (?:癫痫|羊角风|哮喘|老病).{0,3}(?:犯|发作) 大出血 流了?(?:很多|好多|一地|不少|满地|满脸)的?血
        血流(?!变) 喷血 止不住血 血止不住 [吐咯咳]血 满[脸头身地]是?血
        [摔跌滑磕栽卡](?:倒|了|下|伤|到|着|一跤|跟头)?.{0,8}(?:起不来|动不了|不动|不能动|断了|流血|出血|没动静|昏|晕)
        (?:KIN|[我他她]).{0,8}(?:摔倒|摔伤|跌倒|滑倒|卡倒|摔下来|摔断|倒在|倒地|躺在.{0,3}[地路上道])
        [滑摔跌晕卡]倒.{0,4}(?:老人|孩子|大爷|大娘) (?:摔倒|跌倒|晕|倒)在(?:地|路|楼|厕|家|雪|卫生间)
        噎[着住到] 卡[住在到]?了?.{0,3}(?:嗓子|喉咙|气管) (?:嗓子|喉咙|气管).{0,4}卡 呛[着住到].{0,4}[气脸]
        误[食服] 吞了.{0,4}(?:电池|硬币|钉|磁|玻璃|针|药) (?:KIN).{0,3}喝了.{0,3}(?:洁厕|消毒|84|汽油|洗)
        一动不动 昏睡不醒 (?:从|自).{0,3}(?:窗|楼|阳台|梯|树|脚手架|架子|高处|床).{0,4}(?:掉|摔|滚|坠)下
        要生了 羊水 临产 (?:KIN|[人他她]).{0,6}(?:不行了|快死了|没气) 说不出话
        砸[到伤着中]了?一?个?(?:人|孩子|老人|头|路人|我) 撞[了到伤倒]一?个?(?:人|孩子|老人|我) 落[水江河]
        好几天没(?:动静|露面|出门|出屋|见)
        (?:KIN|[他她人]).{0,6}[掉摔滑落].{0,4}(?:河|水|井|湖|江|坑|沟|冰窟) 坠楼 惊厥
        (?:叫|快|来|派|喊|打|要|拨).{0,3}救护车 半边.{0,4}(?:不能动|动不了|没知觉|麻) 嘴.?歪
        \bchest_(?:pain|hurts) \bpain_in_(?:my|his|her)_chest \bheart_attack \bunconscious \bpassed_out
        \b(?:having|had|has)_a_(?:stroke|seizure) \bfaint(?:ed|ing)\b
        \b(?:s?he|man|woman|KIN|just|has)_collapsed
        \b(?:can'?t|cannot|can_not|trouble|not|difficulty|stopped|hard_to)_breath \bshort(?:ness)?_of_breath
        \bbleeding\b(?!_gum) \b(?:took|taken|swallowed)_(?:all|too_many|a_bottle)
        \bdrank_(?:bleach|poison|pesticide) \blot_of_blood \bseizure \bchoking\b \boverdos
        \b(?:call|need|send|get)_(?:me_)?(?:an_)?ambulance \bdrowning \bnot_(?:responding|moving)
        \bunresponsive \bno_pulse \bcan'?t_(?:get_up|move|wake) \bwon'?t_wake \bin_labou?r\b \bwater_broke
        \bhit_by_an?_(?:car|bus|truck)
        """,
        forms=r"""
        心梗 心肌梗 脑梗 脑出血 脑溢血 中风了? 胸闷 骨折 [烫烧]伤 中毒 车祸 溺水 休克 \bpoison(?:ed|ing)
        \bbroken_(?:leg|arm|hip) \bcar_(?:crash|accident) \bstroke\b
        """,
        lookalikes=r"""
        中毒(?:性|率|后|的事|事件|检测) (?:网络|电脑|手机)中毒 中毒软件 (?:电脑|网|系统|手机).{0,3}抽风
        防?溺水(?:安全|警示|教育) 手术.{0,3}出血 防溺水 羊水检查 车祸(?:险|后) (?:烫伤|烧伤)膏 摔倒险
        (?:容易|怕|小心).{0,6}掉 (?:脑梗|中风|心梗|脑出血)(?:后|康复|病人|患者|病史)
        FEAR(?:KIN)?会?[摔滑跌卡]倒 stroke_(?:of|rehab)
        """,
        habit=True,
    ),
    "trapped": Signs(
        ("119",),
        signs=r"""
        [困关卡锁][在到进住].{0,4}(?:电梯|轿厢) 困电梯 [被把].{0,3}[关锁]在?(?:里面|里头|屋里|家里|外面)了?$
        (?:小孩|孩子).{0,4}自己.{0,2}锁
        [困关卡][在到进住].{0,5}(?:电梯|轿厢|屋里|家里|房间|车里|厕所|卫生间|浴室|里面|里头|井|地下室) 被困
        困住了
        电梯.{0,8}(?:困|关.{0,2}人|卡.{0,2}人|卡.{0,6}楼|停在.{0,4}(?:中间|半|两层)|出不[来去]|不出来|坠|往下掉|掉下去|失控)
        电梯.{0,12}里面?(?:还|好像)?(?:有|关着)(?:人|老人|孩子)(?![抽吸遛乱贴发小扔])
        (?:孩子|小孩|宝宝|婴儿|老人|奶奶|爷爷).{0,8}(?:反锁|锁在|关在)
        (?:反锁|锁在).{0,6}(?:孩子|小孩|宝宝|老人|出不来)
        (?:(?<!龙)头|脑袋|手(?![机续法里头])|胳膊|脚|腿).{0,4}[卡夹](?:在|住|.{0,4}里)
        (?:房子?|楼|墙|屋顶|棚|广告牌|脚手架).{0,3}(?:塌了|倒塌|坍塌|要塌|塌下来)
        [压埋](?:[在住着].{0,5}人|了人) 塌方 被埋
        \b(?:stuck|trapped|locked)_(?:\w{1,12}_)?(?:in|inside)_(?:(?:the|an?|my|our)_)?(?:elevator|lift|room|bathroom|house)
        \btrapped\b \b(?:elevator|lift)_(?:is_)?(?:stuck|stopped).{0,24}(?:inside|people|in_it|with|me)
        \b(?:elevator|lift)_(?:is_)?falling \b(?:wall|roof|building|ceiling)_(?:has_)?collapsed
        """,
        lookalikes=r"""
        要塌不塌 困人险 被困[扰难] 困[难惑境] (?:资金|钱|系统|手续|材料|流程).{0,4}[困卡] 锁在.{0,3}[柜抽]
        车辆?.{0,3}被困 FEAR被?(?:困|倒塌|塌)
        """,
        habit=True,
    ),
    "flood": Signs(
        ("119",),
        signs=r"""
        洪水 山洪 决堤 发大水 泥石流 [江河]水.{0,4}(?:倒灌|进|漫|涨上) 被(?:大水|洪水|水)[冲困围淹]
        水.{0,4}[淹没漫到].{0,3}(?:膝|腰|胸|脖|大腿|半米|一米) (?:雨水|大水).{0,8}(?:进屋|进家|淹|灌)
        淹.{0,6}有人 \b(?:street|road|village|area|town)_(?:is_|was_|got_)?flooded
        \bwater_is_(?:up_to|rising) \bflash_flood
        """,
        lookalikes=r"""
        [防抗]洪 洪水(?:保险|险) 被水淹过 楼上.{0,6}淹 flood_(?:insurance|drill|map)
        """,
        habit=True,
    ),
    "missing": Signs(
        ("110",),
        signs=r"""
        走失 走丢 离家出走 (?:孩子|老人|爷爷|奶奶|儿子|女儿).{0,4}(?:天|夜|宿|小时)没(?:回|见) (?:KIN)失踪
        拐走 被拐 人贩子 (?:KIN).{0,4}被.{0,6}(?:抱走|带走|领走) (?:孩子|小孩|老人).{0,6}不见了
        (?:KIN).{0,4}(?:出去|出门|放学|早上|昨晚|昨天|今天|突然|现在|不知道|遛弯|买菜).{0,10}(?:没回来|没回家|没到家|不见了|没影|联系不上)
        (?:KIN).{0,4}迷路 不知道家在哪 找不[着到]家了
        (?:KIN)(?:人|都|突然|好像|又|刚|可能|就)?给?弄?(?:(?:丢了|不见了)(?!.{0,4}[证卡本包机钥书])|找不着了?|找不到了|没影了|失联|失踪)
        (?:KIN)联系不上(?!.{0,2}(?:社区|网格|物业|客服|人工|你们)) (?:KIN).{0,10}一直没回家
        找不[到着]我?(?:家|的)?(?:KIN)(?![的证户医社身学补津活康])
        \b(?:my|the|our|an?)(?:_\w{1,12})?_(?:KIN|man|woman|person)_(?:is|has|went|got)_(?:been_)?(?:missing|lost)
        \b(?:KIN|man|woman)_(?:has_)?(?:disappeared|gone_missing|wandered) \b(?:has_not|hasn't)_come_home
        \bmissing_(?:child|person|kid|boy|girl|elder) \b(?:can'?t|cannot)_find_my_(?:KIN)
        \b(?:KIN)_with_dementia \bwandered_off \blost_my_(?:child|kid|son|daughter|baby|boy|girl|grand)
        \bwe_lost_my_(?:KIN)
        """,
        lookalikes=r"""
        (?:猫|狗|宠物|泰迪|金毛|鹦鹉|手机|钱包|证).{0,6}(?:走失|走丢|丢了|不见了) 宣告失踪 失踪人口
        走失(?:手环|定位|卡|黄手环) 防(?:拐|走失) (?:my|the)_(?:cat|dog)
        """,
        lasting=True,
    ),
}

#: Anywhere in the message: it is taught or rehearsed.
TAUGHT = r"""
演练 演习 培训 讲座 宣传 科普 安全课 开课 模拟 预案 知识 \bdrill training lecture workshop
(?:safety|first_aid)_class prevention
"""
#: In the same clause as a sign: it is supposed, feared, somebody's paper, or long over.
CALM = r"""
如果 假如 万一 要是 倘若 隐患 预防 防止 避免 以免 怎样防 保险(?!丝) 报销 赔偿 理赔 补贴 补助 证明 鉴定 申请
办理 评残 调解 政策 案底 虚惊 误报 去年 前年 上个?月 以前 之前 曾经 当年 那年 当时 年前 早就
已经?被?(?:扑灭|灭了|处理|解决|修好|没事|好了|出院) 扑灭了 what_if \bif_there in_case_of prevent insurance
certificate reimburse false_alarm last_(?:year|month|winter|summer) (?:years|months)_ago used_to
"""
#: In the same clause: it was not today.
RECENT = r"""
上个?星期 上周 上次 [前头]几[天年] 前[天些] 昨天 昨晚 yesterday last_(?:week|night) days_ago
"""
#: In the same clause: it goes on for long, so that it is for the police or the grid, not for the fire engine.
HABIT = r"""
经常 总是 总有 老是 天天 每天 每年 常年 [好多几]次 频繁 频发 频出 隔三差五 (?<!一)动不动 长期 一直以来
三天两头 \boften\b \balways\b every_(?:day|night|week) keeps?_ constantly
"""
#: Anywhere in the message: it is happening, whatever else is said.
NOW = r"""
救命 快来 正在?(?=[着冒漏打烧砸砍晕流抽]) 现在.{0,6}(?:着火|冒烟|漏气|晕|昏|打人|打我|困|喘)
又(?:着火|晕倒|打人) help! right_now come_quick
"""
#: Anywhere in the message: an errand at a window, in which 骨折 is a word of a form.
ERRAND = r"""
咨询 申请 申领 办理 办证 报销 医保 社保 低保(?!户) 补贴 补助 津贴 护理 鉴定 评残 残疾证 慢病 特病 门诊 住院费
医药费 医疗费 赔偿 起诉 保险 证明 评定 政策 条件 投诉 体检 能评 apply application reimburse insurance policy
certificate benefit
"""
