"""What can be wrong with grouper tables: a closed registry of problems, each told with its place.

An ``error`` stops an import or a run; a ``warning`` is told and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.text import Language, Text

Severity = Literal["error", "warning"]


class Kind(NamedTuple):
    """One kind of problem: how grave, what is so, what to do."""

    severity: Severity
    words: Text
    remedy: Text


_MEND_ROW = Text("请更正该行后重新导入。", "Correct the row and import again.")
_REIMPORT = Text("请恢复原文件;如需更改,请另行导入为新版本。",
                 "Restore the file; if it is meant to change, import it as a new edition.")  # fmt: skip

KINDS: dict[str, Kind] = {
    "missing_value": Kind("error", Text("必填列为空", "a required column is empty"), _MEND_ROW),
    "cell_count": Kind("error", Text("该行列数与表头不符", "the row has another number of cells than the header"),
                       Text("请检查分隔符与引号。", "Check separators and quotes.")),
    "line_break": Kind("error", Text("单元格内有换行", "the cell holds a line break"), _MEND_ROW),
    "unknown_value": Kind("error", Text("取值不在映射的取值表中", "the value is not among those the mapping knows"),
                          Text("请更正该值,或在映射文件的 values 中补充。", "Correct the value, or add it to values in the mapping file.")),
    "bad_category": Kind("error", Text("诊断类目格式不符(核心 4 位如 K35.3、A46.X,综合 3 位如 K35)",
                                       "not a diagnosis category (core four characters, K35.3 or A46.X; comprehensive three, K35)"),
                         _MEND_ROW),
    "bad_operations": Kind("error", Text("手术操作组合格式不符(“+”为全部,“/”为任一)",
                                         "not a combination of operations (+ joins all, / joins any)"), _MEND_ROW),
    "comprehensive_operations": Kind("error", Text("综合病种不应列出手术操作", "a comprehensive group must not name operations"), _MEND_ROW),
    "condition_unused": Kind("error", Text("该类病种不看此条件", "groups of this kind do not look at this condition"),
                             Text("请删除该条件,或改为其他类别的病种。", "Remove it, or make the row one of another kind.")),
    "bad_number": Kind("error", Text("不是普通小数", "not a plain decimal number"),
                       Text("请写成如 1234.56 的数,不带千分位与单位。", "Write a number like 1234.56, without separators or units.")),
    "not_positive": Kind("error", Text("应大于零", "must be greater than zero"), _MEND_ROW),
    "negative_number": Kind("error", Text("不应为负", "must not be negative"), _MEND_ROW),
    "too_large": Kind("error", Text("超出合理上限", "beyond what is possible"),
                      Text("请核对单位(费用以元计)。", "Check the unit (costs are in yuan).")),
    "bad_code": Kind("error", Text("编码中有空格或“|”", "the code holds a blank or |"), _MEND_ROW),
    "duplicate_code": Kind("error", Text("编码重复", "the code is repeated"), Text("请保留一行。", "Keep one of the rows.")),
    "duplicate_combination": Kind("error", Text("同一诊断类目下手术操作组合重复", "the category already has a core group with this combination"),
                                  Text("请合并或更正其中一个病种。", "Merge the groups or correct one of them.")),
    "duplicate_comprehensive": Kind("error", Text("同一类目与治疗方式有两个综合病种", "the category already has a comprehensive group of this type"),
                                    Text("每个类目每种治疗方式只能有一个综合病种。", "Keep one group for each category and treatment type.")),
    "unknown_operation": Kind("error", Text("手术操作编码不在所用编码表中,该病种无法入组",
                                            "the operation is not in the code list, so no stay can reach the group"),
                              Text("请更正编码,或使用包含它的编码表。", "Correct the code, or use a code list that has it.")),
    "unknown_diagnosis": Kind("error", Text("所用编码表中没有属于该类目的诊断,该病种无法入组",
                                            "no diagnosis of the code list falls in the category, so no stay can reach the group"),
                              Text("请更正类目,或使用包含它的编码表。", "Correct the category, or use a code list that has it.")),
    "unused_operation": Kind("warning", Text("该手术操作编码不在所用编码表中,组合中的其他编码仍可入组",
                                             "the operation is not in the code list; the other alternatives still lead to the group"),
                             Text("请核对编码或编码表版本。", "Check the code, or the version of the code list.")),
    "unused_diagnosis": Kind("warning", Text("所用编码表中没有属于该类目的诊断,其他类目仍可入组",
                                             "no diagnosis of the code list falls in the category; the other ones still lead to the group"),
                             Text("请核对类目或编码表版本。", "Check the category, or the version of the code list.")),
    "left_out": Kind("warning", Text("该病种没有本地分值与次均费用,未纳入版本", "the group has no local weight and was left out"),
                     Text("如需纳入,请在权重文件中补充后重新导入。", "To have it, add it to the weights and import again.")),
    "unknown_procedure": Kind("error", Text("治疗方式表中的编码不在手术操作编码表中", "the code is not in the list of procedures"),
                              Text("请更正编码,或使用相应的编码表。", "Correct the code, or use the list it belongs to.")),
    "unknown_type": Kind("error", Text("治疗方式不在取值范围内", "not a treatment type"),
                         Text("请使用 surgery、intervention、therapeutic、diagnostic、conservative。",
                              "Use surgery, intervention, therapeutic, diagnostic or conservative.")),
    "unlisted_type": Kind("warning", Text("手术操作编码不在所用编码表中,其治疗方式未导入", "the operation is not in the list of procedures; its type was left out"),
                          Text("请核对编码版本;国临版编码须先映射为医保版。", "Check the version of the codes; map clinical codes to insurance codes first.")),
    "untyped_procedures": Kind("warning", Text("部分手术操作没有治疗方式,按保守治疗归类", "procedures without a treatment type; they count as conservative"),
                               Text("请补充治疗方式表。", "Add them to the treatment types.")),
    "points_disagree": Kind("warning", Text("分值与权重×比例不一致", "points disagree with weight × scale"),
                            Text("分组付费以分值为准;请与发布机构核对。", "Points are used; ask the publisher which is right.")),
    "row_count": Kind("error", Text("行数与清单所记不符", "the count differs from the manifest's"), _REIMPORT),
    "file_changed": Kind("error", Text("文件内容与清单所记校验值不符", "the file is not the one the manifest was made for"), _REIMPORT),
    "file_missing": Kind("error", Text("文件不存在", "the file is missing"), _REIMPORT),
    "bad_rule": Kind("error", Text("规则无法识别", "the rule cannot be read"),
                     Text("请按国家工作簿的规则语言更正该规则。", "Correct the rule; it is written in the language of the national workbook.")),
    "unusual_signs": Kind("warning", Text("规则含全角符号或多余的空格、换行,已按半角识别",
                                          "the rule has full-width signs or stray blanks and line ends; read as plain ones"),
                          Text("无需处理;如需一致请改为半角。", "Nothing needs doing; use plain signs for uniformity.")),
    "bad_order": Kind("error", Text("排序不是整数", "the order is not a whole number"), _MEND_ROW),
    "bad_severity": Kind("error", Text("类型应为 MCC 或 CC", "the type must be MCC or CC"), _MEND_ROW),
    "code_twice": Kind("warning", Text("同一列表中编码重复,按一次计", "the code is repeated in its list; counted once"),
                       Text("请删除重复行。", "Remove the repeated row.")),
    "unknown_parent": Kind("error", Text("所属的类目或 ADRG 不存在", "the category or adjacent group it belongs to is not in the edition"), _MEND_ROW),
    "undefined_set": Kind("error", Text("规则引用的集合不存在或为空", "a rule asks for a set that is absent or empty"),
                          Text("请补充集合,或更正规则。", "Add the set, or correct the rule.")),
    "mixed_set": Kind("error", Text("同一集合既用作诊断又用作手术操作", "the set is used for diagnoses and for operations"),
                      Text("请拆分为两个集合。", "Split it into two sets.")),
    "unused_set": Kind("warning", Text("没有规则使用该集合", "no rule uses the set"), Text("可保留或删除。", "It may stay or go.")),
    "hidden_row": Kind("warning", Text("前面的行总是成立,该行无法到达", "an earlier row always holds, so no case reaches this one"),
                       Text("请核对排序与规则。", "Check the order and the rules.")),
    "no_last_resort": Kind("warning", Text("该 ADRG 的各 DRG 都有条件,可能无组可入", "every group of the adjacent group has a condition; a case may meet none"),
                           Text("请核对是否缺少兜底的 DRG。", "See whether a last group without condition is missing.")),
    "empty_exclusions": Kind("warning", Text("引用的排除表没有任何行,不作排除", "the exclusion table named has no rows; nothing is excluded"),
                             Text("请与发布机构核对。", "Ask the publisher.")),
    "unused_exclusions": Kind("warning", Text("没有并发症引用该排除表", "no complication names the exclusion table"), Text("可保留或删除。", "It may stay or go.")),
    "unlisted_diagnosis": Kind("warning", Text("集合中的诊断编码不在诊断编码表中", "a diagnosis of the edition is not in the code list"),
                               Text("请与发布机构核对;病例若用此编码仍可入组。", "Ask the publisher; a case that has the code is still grouped.")),
    "unlisted_operation": Kind("warning", Text("集合中的手术操作编码不在手术操作编码表中", "an operation of the edition is not in the code list"),
                               Text("请与发布机构核对;病例若用此编码仍可入组。", "Ask the publisher; a case that has the code is still grouped.")),
    "weight_of_no_group": Kind("warning", Text("版本中没有该 DRG", "the edition has no such group"), Text("请核对编码。", "Check the code.")),
    "group_without_weight": Kind("warning", Text("该病组没有权重(分值)", "the group has no weight"),
                                 Text("结算时该病组按实际费用支付。", "Its stays are paid what they cost.")),
    "unreachable_group": Kind("warning", Text("没有病例能入该组:满足其规则的病例均被前面的行先取走,或没有编码满足规则",
                                              "no case can reach it: earlier rows take every case that meets its rules, or no code meets them"),
                              Text("请核对规则、集合与排序。", "Check its rules, its sets and the order.")),
    "indistinct_group": Kind("warning", Text("与另一病种的条件相同,病例总是入另一病种", "it asks for the same as another group, which always takes the case"),
                             Text("请合并,或补充能区分二者的条件。", "Merge them, or add what tells them apart.")),
    "no_witness": Kind("warning", Text("未能构造出入该组的病例", "no case that reaches it was found"),
                       Text("请核对规则;可能仍有病例能入组。", "Check its rules; some case may still reach it.")),
    "outside_mdc": Kind("warning", Text("ADRG 的主要诊断不在所属 MDC 内", "principal diagnoses of the adjacent group lie outside its category"),
                        Text("请核对所属 MDC 与集合。", "Check the category and the sets.")),
    "overlay_absent": Kind("error", Text("要删除或替换的内容不在基础版本中", "what the overlay removes or replaces is not in the base edition"),
                           Text("请核对名称与基础版本。", "Check the name, and that this is the base the overlay was made for.")),
    "overlay_present": Kind("error", Text("要新增的内容已在基础版本中", "what the overlay adds is in the base edition already"),
                            Text("请改用 replace,或删除该项。", "Use replace instead, or leave it out.")),
    "bad_range": Kind("error", Text("范围格式不符(如 0-28、66-)", "not a range (such as 0-28 or 66-)"), _MEND_ROW),
    "unknown_group": Kind("error", Text("病种目录中没有该编码", "the catalogue has no such group"), _MEND_ROW),
    "unknown_subtype": Kind("error", Text("辅助目录中没有该分型", "the auxiliary directory has no such sub-type"), _MEND_ROW),
    "duplicate_coefficient": Kind("error", Text("同一病种同一分型有两个系数", "the group already has a coefficient for this sub-type"),
                                  Text("请保留一行。", "Keep one of the rows.")),
    "unknown_column": Kind("warning", Text("清单没有这一列,未读取", "the list has no such column; it was not read"),
                           Text("请核对列名。", "Check the name of the column.")),
    "unknown_list": Kind("error", Text("不是知识清单的文件名", "not the name of a knowledge list"),
                         Text("文件名为清单名加 .csv,见 drgdip knowledge show。", "A file is named after its list; drgdip knowledge show names them.")),
    "unread_file": Kind("warning", Text("映射没有用到该文件,未导入", "the mapping names no such file: it was not imported"),
                        Text("请核对文件名,或在映射文件中补充。", "Check its name, or name it in the mapping file.")),
    "empty_list": Kind("warning", Text("清单没有任何行,依它的规则不会运行", "the list has no rows, so rules that need it do not run"),
                       Text("请核对来源文件。", "Check the file that it comes from.")),
    "unknown_change": Kind("error", Text("变更方式应为 add、replace 或 withdraw", "the change must be add, replace or withdraw"), _MEND_ROW),
    "unknown_window": Kind("error", Text("时间窗不在 day、stay、clock_hour、hours(并给出小时数)之列",
                                         "the window must be day, stay, clock_hour, or hours with their number"), _MEND_ROW),
    "unknown_age_class": Kind("error", Text("知识包没有该年龄类别", "the pack has no such age class"),
                              Text("请在 age_class 中补充。", "Add it to age_class.")),
    "bad_day": Kind("error", Text("不是 YYYY-MM-DD 日期", "not a day as YYYY-MM-DD"), _MEND_ROW),
    "bad_region": Kind("error", Text("不是六位行政区划代码", "not a division code of six digits"), _MEND_ROW),
    "days_reversed": Kind("error", Text("失效日早于生效日", "it ends before it begins"), _MEND_ROW),
    "self_pair": Kind("error", Text("主项目与从项目相同", "an item is paired with itself"), _MEND_ROW),
    "mutual_pair": Kind("error", Text("两个项目互为主从,会互相拒付", "two items contain each other, so each would be denied for the other"),
                        Text("请确认哪个是主项目。", "Find out which of them contains the other.")),
    "contradicting_limit": Kind("error", Text("同一时间同一地区已有另一限定值", "another limit holds for it at the same time in the same region"),
                                Text("请保留一个,或改为前后相接的有效期。", "Keep one, or let one end before the other begins.")),
    "overlapping_validity": Kind("error", Text("同一行的有效期重叠", "the same row holds twice at the same time"), Text("请保留一行。", "Keep one of the rows.")),
    "limit_unread": Kind("warning", Text("限定内容无法识别为数值,不据以审核", "the limit could not be read as a figure and is not applied"),
                         Text("请由本地知识包补充数值。", "Give the figure in a pack of your own.")),
    "limit_disputed": Kind("warning", Text("清单与其支付条件(或各地)说法不一,取拒付较少者", "list and payment condition, or regions, differ; what denies less counts"),
                           Text("请由本地知识包确定。", "Settle it in a pack of your own.")),
    "unlisted_item": Kind("warning", Text("编码不在所给项目目录中", "the code is not in the list of items given"),
                          Text("请核对目录版本;本地编码须先对照。", "Check the version of the list; map local codes first.")),
    "base_changed": Kind("error", Text("基础知识包不是制作时的那一个", "the base is not the pack that this one was made for"),
                         Text("请用原基础包,或重新导入。", "Use that base, or import it again.")),
    "no_effective_date": Kind("warning", Text("清单未写明有效期", "the manifest names no effective dates"),
                              Text("导入时以 --about 给出。", "Give them with --about when importing.")),
}  # fmt: skip


class TableProblem(NamedTuple):
    """One problem and its place: file name (never a path), 1-based data row (0: the file), field, value."""

    key: str
    file: str
    row: int
    field: str
    value: str

    @property
    def severity(self) -> Severity:
        return KINDS[self.key].severity

    @property
    def words(self) -> Text:
        return KINDS[self.key].words

    @property
    def remedy(self) -> Text:
        return KINDS[self.key].remedy

    @property
    def text(self) -> Text:
        """Place and words in both languages."""
        return Text(self.in_language("zh"), self.in_language("en"))

    def in_language(self, language: Language) -> str:
        """``file, row 3, points "x": words``."""
        chinese = language == "zh"
        row = (f" 第 {self.row} 行" if chinese else f", row {self.row}") if self.row else ""
        field = (f" {self.field} 列" if chinese else f", {self.field}") if self.field else ""
        value = (f"“{self.value}”" if chinese else f' "{self.value}"') if self.value else ""
        return f"{self.file}{row}{field}{value}{':' if chinese else ': '}{self.words.in_language(language)}"


def errors(problems: Sequence[TableProblem]) -> list[TableProblem]:
    """Those that stop a run."""
    return [problem for problem in problems if problem.severity == "error"]


class TablesFileError(TablesError):
    """Tables with problems; ``problems`` holds all of them, the message tells the first error."""

    def __init__(self, problems: Sequence[TableProblem], advice: Text | None = None) -> None:
        self.problems = list(problems)
        grave = errors(problems)
        first = grave[0]
        super().__init__(
            Text(f"分组目录有 {len(grave)} 处错误,第一处为 {first.text.zh}。",
                 f"The tables have {len(grave)} error{'s' if len(grave) > 1 else ''}, the first is {first.text.en}."),
            advice or first.remedy,
        )  # fmt: skip


def raise_if_errors(problems: Sequence[TableProblem]) -> None:
    """Raise TablesFileError if any problem is an error."""
    if errors(problems):
        raise TablesFileError(problems)
