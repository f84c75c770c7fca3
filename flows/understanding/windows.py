"""The words of the seven windows: what people say when they mean one of them and no service by name.

Longer words weigh more, as they say more; a word may stand at several windows and then weighs less at each.
"""

from __future__ import annotations

from flows.district import WINDOWS
from flows.understanding.normalise import normalise
from flows.understanding.phrases import Phrases

WORDS: dict[str, str] = {
    "general": """
        综合事务 居住证明 介绍信 盖章 社区公章 公租房 廉租房 保障房 经适房 经济适用房 租赁补贴 住房公积金
        公积金 购房 买房 房贷 楼盘 党员 党组织 组织关系 党费 党关系 征兵 参军 当兵 兵役 选民 选举 业委会
        业主大会 业主委员会 议事 论证会 听证会 活动室 会议室 借用 复印 打印 扫描 失物 捡到 招领 老旧小区改造
        旧城改造 棚户区 棚改 加装电梯 规划 征地 修路 修桥 道路建设 公路 高速 高铁 铁路 火车站 汽车站 公交
        公交车 线路 出租车 的士 网约车 打表 客运 货运 运输证 驾校 驾培 驾照 航道 码头 机场 过路费 收费站 快递
        邮政 邮局 学校 小学 中学 高中 初中 幼儿园 入学 转学 学位 学区 招生 高考 中考 补课 教师 老师 教育局
        学费 学籍 培训机构 辅导班 教材 成绩 军训 医院 卫生院 卫生室 诊所 医生 执业 医师 药品 药店 基药 疫情
        公共卫生 食品安全 市场监督 工商 营业执照 个体户 许可证 物价 涨价 计量 公务员 事业单位 编制 职称 调动
        职业资格 招聘考试 资格证 旅游 景区 景点 招商 特色小镇 城镇建设 开发区 工业园 搬迁 选址 幼儿园收费
        政策 咨询 税 发票 行政审批 证明信 材料盖章 贫困生 助学贷款 投标 招标 网络 信号 宽带安装 建议
        general_affairs proof_of_residence community_letter stamp photocopy print bus school hospital
        public_housing party_member voter enlist army kindergarten taxi business_licence
    """,
    "civil_affairs": """
        民政 低保 低收入 最低生活保障 五保 特困 救助 临时救助 大病救助 慈善 残疾 残疾人 残疾证 残疾补贴 残联
        评残 轮椅 拐杖 高龄 高龄津贴 老年证 老龄 养老院 敬老院 福利院 福利 独居 空巢 孤寡 孤儿 困境儿童
        留守儿童 优抚 抚恤 烈属 退伍 退役 军人 军属 优待证 光荣牌 老兵 殡葬 丧葬 火化 火葬 骨灰 墓地 公墓
        死亡证明 结婚 离婚 婚姻登记 结婚证 离婚证 收养 领养 流浪 乞讨 慰问 慰问金 困难补助 困难户 困难家庭
        贫困 扶贫 贫困户 取暖补助 取暖救助 受灾 救灾 爱心超市 助餐 老年食堂 日间照料 居家养老 危房改造 廉租房
        公租房 尿毒症 癌症 重病 患者 帮扶 civil_affairs minimum_living allowance disability disabled
        wheelchair marriage divorce adoption orphan veteran funeral senior_card nursing_home poverty hardship
    """,
    "population_family": """
        计生 计划生育 人口 生育 生育证 准生证 生育登记 二胎 三胎 四胎 二孩 三孩 单独二孩 超生 社会抚养费
        抚养费 独生子女 独生子女证 独生子女费 独生 失独 特扶 再生育 再婚 生育权 婚育 婚育证明 流动人口 避孕
        节育 结扎 上环 取环 叶酸 孕前 孕检 优生 怀孕 孕妇 孕产妇 建册 建档 产检 新生儿 出生证 出生医学证明
        育儿补贴 育儿 托育 托班 托儿所 疫苗 接种 预防针 妇检 两癌 家庭医生 签约医生 体检 晚婚 晚育 婚假 产假
        陪产假 卫计委 计生委 计生办 人口计生 birth_permit pregnancy pregnant only_child family_planning
        vaccination vaccine newborn baby birth_certificate childcare contraceptive check-up family_doctor
    """,
    "public_security": """
        信访 上访 综治 维稳 举报 投诉 反映 控告 申诉 维权 调解 纠纷 矛盾 邻里 家庭纠纷 赡养 打官司 律师
        法律援助 诉讼 法院 判决 执行 仲裁 诈骗 骗子 被骗 骗钱 欺诈 欺骗 坑骗 忽悠 传销 非法集资 非法 违法
        违规 违纪 贪污 腐败 受贿 黑社会 黑恶 保护伞 垄断 霸王条款 强制 强拆 拆迁 拆迁补偿 补偿款 安置房 安置
        赔偿 拖欠 拖欠工程款 工程款 包工头 房产证 不动产证 国土证 办证难 开发商 房屋质量 质量问题 退房 交房
        延期交房 偷工减料 物业公司 物业费乱收 乱收费 收费不合理 不作为 乱作为 渎职 滥用职权 态度差 推诿 假药
        保健品 医疗事故 医患 医闹 无证 黑诊所 假冒 伪劣 治安 派出所 公安 民警 警察 报警 小偷 盗窃 被盗 偷
        赌博 吸毒 戒毒 打架 暴力 斗殴 骚扰 可疑 户口 落户 迁户口 上户口 户籍 身份证 居住证 暂住证 养狗 狗证
        养犬 出租屋 出租房 租客 社区矫正 刑满 精神病 无犯罪 政审 消防 噪音投诉 违建举报 高空抛物 个人信息
        泄露 退款 尾款 消费 petition complaint complain mediation dispute police scam fraud theft stolen
        lawyer legal residence_permit hukou household_registration dog_licence report
    """,
    "civilisation": """
        文明 文明创建 志愿 志愿者 义工 文体 文化 体育 健身 锻炼 运动场 体育场 健身器材 广场 公园 广场舞 秧歌
        合唱 太极 图书室 图书馆 借书 阅览 老年大学 兴趣班 书法 讲座 四点半 托管班 夏令营 暑假 寒假 青少年
        好人好事 锦旗 表扬 道德模范 最美 移风易俗 红白事 彩礼 祭祀 烧纸 上坟 垃圾分类 创城 文明城市 禁烟 控烟
        文物 古建筑 古迹 保护建筑 非遗 博物馆 电影院 演出 活动中心 老人活动 社团 民间组织 旧衣 捐衣服
        跳蚤市场 认养 种树 种花 volunteer volunteering library dance choir sports gym club culture heritage
        museum smoking_ban recycling
    """,
    "social_security": """
        社保 社会保障 社会保险 养老保险 养老金 领养老金 领养老 养老 退休 退休金 退休证 年审 内退 病退
        提前退休 工龄 视同缴费 断缴 补缴 灵活就业 社保卡 社保转移 医保 医疗保险 居民医保 职工医保 新农合
        合作医疗 大病保险 报销 住院 慢病 慢性病 特药 异地就医 转诊 医保卡 医药费 生育保险 生育津贴 工伤
        工伤保险 失业 失业金 失业保险 失业证 就业 再就业 下岗 找工作 求职 招聘 公益岗 创业 创业贷款 担保贷款
        技能培训 职业培训 工资 欠薪 拖欠工资 加班费 加班 最低工资 劳动合同 劳动法 劳动仲裁 劳动监察 劳务派遣
        辞退 辞职 离职 解除劳动 职工 员工 用人单位 五险一金 津贴 奖金 待遇 企退 企业退休 人社 人社局 社保局
        毕业生 档案 零就业 抚恤金 丧葬费 遗属 pension retire retirement social_security insurance
        unemployment unemployed job jobs wage wages salary employment maternity reimbursement
    """,
    "utilities": """
        水费 电费 燃气费 煤气费 天然气费 气费 取暖费 供热费 采暖费 热费 包烧费 暖气费 有线电视 收视费 话费
        宽带费 网费 物业费 卫生费 垃圾费 缴费 代缴 充值 买电 买气 水表 电表 气表 燃气表 换表 户表 过户 停水
        停电 停气 来水 来电 水压 电压 没水 没电 自来水 自来水厂 水厂 饮用水 用水 供水 用电 供电 供电所 电力
        电网 变压器 线路改造 农网 天然气 燃气 煤气 液化气 加气站 管道燃气 开通天然气 气价 水价 电价 阶梯 供暖
        供热 暖气 暖气不热 不热 室温 测温 停热 集中供暖 水质 水改 一户一表 抄表 发票 代扣 water_bill
        electricity_bill gas_bill heating_bill bill meter tap_water electricity heating radiator power_cut
        water_supply gas_supply top_up
    """,
}


def _entries() -> list[tuple[str, tuple[str, float]]]:
    places: dict[str, list[str]] = {}
    for window, words in WORDS.items():
        for word in words.replace("_", "\x00").split():
            places.setdefault(word.replace("\x00", " "), []).append(window)
    return [
        (word, (window, _weight(word) / len(windows)))
        for word, windows in places.items()
        for window in windows
    ]


def _weight(word: str) -> float:
    """1 for a word of two characters (one short Latin word), up to 2.5 for long ones."""
    length = len(word) / 3 if word.isascii() else len(word)
    return min(2.5, max(1.0, length / 2))


_PHRASES = Phrases(_entries())


def windows_in(text: str) -> list[tuple[str, float]]:
    """The windows `text` has words of, the likeliest first, each with its share (0 … 1) of what was found."""
    weights: dict[str, float] = {}
    for hit in _PHRASES.find(normalise(text)):
        for window, weight in hit.found:
            weights[window] = weights.get(window, 0) + weight
    total = sum(weights.values())
    shares = [(window, round(weight / total, 3)) for window, weight in weights.items()]
    return sorted(shares, key=lambda share: (-share[1], WINDOWS.index(share[0])))
