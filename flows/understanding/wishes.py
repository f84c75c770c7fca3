"""What is wished for outside the windows: that a grid manager looks at something, or a helping organisation.

The words are those of yards and stairwells, also as the Northeast says them (马葫芦, 埋汰, 房盖, 灯憋了).
"""

from __future__ import annotations

from typing import Literal

from flows.understanding.normalise import normalise
from flows.understanding.patterns import pattern

Wish = Literal["grid", "social_org"]

#: What breaks in and around a house, and how.
THING = (
    "(?:灯|门(?!槛)|(?<!解)锁|窗户?|玻璃|管道?|水管|暖气|地热|下水道?|上水|马桶|坐便|厕所|卫生间|厨房"
    "|阳台|井盖|马葫芦|墙皮?|墙体|外墙|围墙|屋顶|房顶|楼顶|房盖|天棚|棚顶|房巴|屋里|防水|电梯|扶手|栏杆"
    "|护栏|对讲|门铃|门禁|路面|地砖|台阶|楼梯|水表|电表|电箱|阀门?|水龙头|健身器材|滑梯|长椅|秋千|监控"
    "|摄像头|瓷砖|保温层|电线杆?|水箱|雨搭|落水管|排水|路灯|道闸|充电桩|宣传栏|信箱|树|牌子)"
)
FAULT = (
    "(?:坏|漏|爆(?![米料满])|堵|不亮|不着|灭了|憋了|掉(?!头)|裂|破|松|断|脱落|塌|陷|冻|渗|返水|返味|反味|冒水|冒汤|跑水"
    "|淌水|滴水|滴答|不通|关不|打不开|开不开|丢|没了|没有盖|缺|锈|翘|鼓包|倾斜|歪|倒|不好使|不好用|失灵"
    "|没电|跳闸|短路|憋|不动|停了|停运|故障|隐患|损坏|老化|秃噜)"
)
REPAIR = r"""
THING.{0,8}FAULT 修.{0,3}THING (?:疏通|通).{0,2}(?:下水|马桶|厕所|管) 换.{0,2}(?:灯|锁|玻璃)
FAULT了?的?.{0,2}(?:灯|门|窗|管子|井盖|玻璃|台阶) 漏[雨水]|渗水|返水|跑水|冒水 停[水电]了? 没[水电]了? 堵了
下水.{0,4}堵 墙皮 保温层 掉皮 掉渣 修(?:一下|一修|修|理) [来给谁]修 没人修 该修 要修 维修 报修 抢修
谁(?:来|给)修 不好使了? 窟窿 大坑 路面?.{0,3}(?:有|个|大|都是)坑 \bleak(?:s|ing|ed)?\b \bbroken\b \bbroke\b
\brepair\b \bfix(?:ed)?\b \bblocked_(?:drain|pipe|toilet|sewer) \bclogged\b \bburst_pipe
\b(?:drain|pipe|toilet|sewer)_(?:is_)?(?:blocked|clogged|burst)
\b(?:light|lamp|lift|elevator|heating|intercom|door)s?_(?:\w{1,12}_){0,5}(?:out|off|stuck|broken|jammed)
\bnot_working\b \bdoes(?:n'?t|_not)_work \bpeeling\b \bcrack(?:s|ed)?\b \bmanhole\b \bpothole \bdripping
\bpower_cut \bno_(?:water|power|electricity) \bflickering
"""
NUISANCE = r"""
垃圾 堆.{0,6}(?:杂物|东西|破烂|柴火) 杂物 臭(?:味|气|烘烘)? 异味 难闻 埋汰 脏乱 脏 不干净
没人(?:收拾|打扫|扫|清|管) 卫生差 卫生死角 噪[音声] 扰民 太吵 吵(?:死|闹|人|得|吵) 闹人 闹挺 蹦迪 睡不着觉?
(?:楼[上下]|隔壁|对门|邻居).{0,6}(?:吵(?:$|[到醒,。!])|派对|装修|唱歌|放音乐|音响|开party) 叮咣 蹦跶 电钻
施工.{0,6}(?:夜|晚|半夜) 广场舞 唱歌.{0,6}大 KTV 麻将 小广告 占(?:道|用|车位|地方|楼道|绿地) 乱停 乱摆 摆摊
摊贩 违建 违章(?:建筑|搭建) 私搭 乱搭 搭棚 私自.{0,4}(?:改建|搭建|种) 油烟 烧烤 焚烧 烧垃圾 烧秸秆 污水 污染
排污 偷排 废气 粉尘 积[水雪冰] 扫雪 清雪 除雪 清冰 刨冰 结冰 冰.{0,3}滑
雪.{0,6}(?:没人|不扫|不清|没清|没扫|太厚) 溜滑 路滑 路灯 楼道灯 声控灯 楼道.{0,4}(?:黑|暗)
黑(?:漆漆|咕隆咚|灯瞎火) 绿化 树枝 修剪 草.{0,3}(?:太高|没人) 种菜 养(?:鸡|鸭|鹅|猪|鸽子|狗.{0,4}(?:扰|臭))
狗(?:屎|粪|叫|咬|乱) 流浪[狗猫] 遛狗 老鼠 蟑螂 蚊子 飞线 电动车.{0,6}(?:上楼|进楼|充电|楼道) 消防通道
堵(?:在|着|了)?.{0,3}(?:门口|通道|路口|车库) 僵尸车 共享单车 高空抛物 扔东西 晾衣 易燃 公厕 旱厕 健身器材
单元门 楼道门 电子门 井盖 马葫芦 化粪池 化粪井 围挡 扬尘 积灰 堆土 裸露 乱堆 乱放 停车.{0,4}(?:难|乱|堵) 电梯
地下通道 红绿灯 养殖场 采石场 搅拌站 造纸厂 砖厂 塑料厂 变电站 基站 辐射 物业 小区.{0,6}(?:管理|环境|整治)
环境.{0,4}(?:问题|差|改善|整治) 破坏生态 有毒 化工厂 焦煤
\b(?:garbage|rubbish|trash|litter|waste|dirty|filthy|stink\w*|smell\w*|noise|noisy|loud|snow|ice|icy|street_?lights?|graffiti)\b
\b(?:rats?|cockroach\w*|stray_dogs?|dog_poo|illegal_parking|blocking|blocked|parked|sewage|mould|mold|barking|partying)\b
\b(?:neighbou?rs?|upstairs|downstairs|next_door)\b.{0,24}\b(?:part(?:y|ies)|music|shout\w*|drill\w*|stomp\w*)\b
"""
#: Words that make it an errand or a bill after all.
ERRAND = r"""
费.{0,4}(?:怎么|咋|在哪|多少|缴|交|单|查) (?:交|缴|充|查).{0,3}费
(?:社保|医保|身份|残疾|退休|结婚|老年|居住)[卡证] 户口本? 养老金 退休金 低保 \bbill\b \bfee\b 社保 医保
(?:换|补办?|办)(?:个|一个)?[卡证] 电脑 手机 电视
"""
HELPERS = r"""
保姆 月嫂 钟点工 家政 擦玻璃 打扫卫生.{0,4}(?:找|请|多少钱) 陪护 护工 陪(?:诊|看病|聊天|老人) 照看老人
照顾老人 照料 伺候老人 送餐 订餐 助餐 助浴 理发 剪头 上门(?:理发|剪头|洗澡|量血压|护理|打针|换药) 日间照料
托老 代买 代购 跑腿 买菜 配送 志愿者.{0,6}(?:帮|来|上门) 心理(?:咨询|疏导) 搬家 开锁 疏通(?!下水) 回收
房屋中介 (?<!公)租房(?!补贴|证明|备案) 找房 辅导作业 接送孩子 缝补 修鞋 磨刀 磨剪子
修(?:家电|电视|冰箱|洗衣机)
\b(?:babysitter|cleaner|housekeeper|nanny|caregiver|carer|meal_delivery|haircut|companion|home_help|day_care|locksmith)\b
"""

_GROUPS = {"THING": THING, "FAULT": FAULT}
_REPAIR = pattern(REPAIR, _GROUPS)
_NUISANCE = pattern(NUISANCE)
_ERRAND = pattern(ERRAND)
_HELPERS = pattern(HELPERS)


#: Somebody should come to the house.
_COME = pattern(
    r"""
    上门 (?:来|到)(?:一?趟)?(?:我|俺|咱)?(?:们)?家(?!具|电|政) 来家里?(?!具|电|政)
    来(?:个)?人(?:看看|瞅瞅|瞧瞧|修|一趟) 派(?:个)?人
    过来(?:看看|瞅瞅|一趟|修)
    [来到]看看 来瞅瞅 (?:走不动|下不了|出不了|去不了|行动不便|腿脚不|卧床)
    \b(?:come|send|visit).{0,20}(?:home|house|flat|place|apartment|over|me) \b(?:home|house)_visit
    \bsomebody_(?:should_|to_)?come \bcannot_(?:walk|leave|come)
    """
)


def wants_a_visit(text: str) -> bool:
    """Whether somebody is to come to the house, or the resident cannot leave it."""
    return _COME.search(normalise(text)) is not None


def is_repair(text: str) -> bool:
    """Whether something in or around the house is broken: it leaks, it is stuck, it fell off."""
    text = normalise(text)
    return _REPAIR.search(text) is not None and not _ERRAND.search(text)


def wishes_in(text: str) -> Wish | None:
    """`grid` for what a grid manager looks at, `social_org` for a helping organisation's work, else None."""
    text = normalise(text)
    if is_repair(text):
        return "grid"
    if _HELPERS.search(text):
        return "social_org"
    return "grid" if _NUISANCE.search(text) and not _ERRAND.search(text) else None
