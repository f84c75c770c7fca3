"""What makes the signs of an emergency none: it is taught, feared, over, a habit or an errand. The tables are
written as those of `emergency_words` are."""

from __future__ import annotations

#: Anywhere in the message: it is taught or rehearsed.
TAUGHT = r"""
演练 演习 培训(?![班室学中机]) 讲座 宣传(?!栏) 科普 安全课 开课 模拟 预案 知识 \bdrill
training(?!_(?:room|cent|school))
lecture(?!_(?:hall|room)) workshop
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
上个?星期 上周 上次 [前头]几[天年] 前[天些] 昨[天晚夜](?!.{0,3}(?:开始|起|到现在|一直)) (?<!since_)yesterday
(?<!since_)last_(?:week|night) (?:days|weeks)_ago since_(?:\w{1,6}_)?weeks
"""
#: In the same clause: it goes on for long, so that it is for the police or the grid, not for the fire engine.
HABIT = r"""
经常 总是 总有 老是 天天 每天 每年 常年 [好多几]次 频繁 频发 频出 隔三差五 (?<!一)动不动 长期 一直以来
三天两头 \boften\b \balways\b every_(?:day|night|week) constantly
"""
#: Anywhere in the message: it is happening, whatever else is said.
NOW = r"""
救命(?!药|钱|稻草|恩|yao) 快来 正在?(?=[着冒漏打烧砸砍晕流抽]) 现在.{0,6}(?:着火|冒烟|漏气|晕|昏|打人|打我|困|喘)
又(?:着火|晕倒|打人) help! right_now come_quick
"""
#: Anywhere in the message: an errand at a window, in which 骨折 is a word of a form.
ERRAND = r"""
咨询 申请 申领 办理 办证 报销 医保 社保 低保(?!户) 补贴 补助 津贴 护理 鉴定 评残 残疾证 慢病 特病 门诊 住院费
医药费 医疗费 赔偿 起诉 保险 证明 评定 政策 条件 投诉 体检 能评 索赔
做不了饭 [订送]饭 订.{0,3}餐 [想要请找雇]个?.{0,3}(?:保姆|护工|陪护|钟点工|人照顾) 轮椅 拐杖 买菜 出院 住院 康复
在家[养躺] 花了.{0,5}[万千块]
工伤 合作医疗 怎么赔 grocer shop_for work_injury \bbath caregiver nanny wheelchair crutches meals rehab allowance
subsidy apply application reimburse insurance policy
certificate benefit
"""
