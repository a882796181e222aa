# make venv        the program and its tools in .venv
# make demo        a synthetic month of 100,000 cases, settled and explained
# make demo-drg    the same by CHS-DRG
# make test        style, types, architecture, and both lanes of tests
# make test-long   what takes minutes
# make bench       speed, after a check of correctness
# make rules       the table of screening rules, docs/screening-rules.md
# make api         the reference of the public names, in build/api

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
  $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))

BIN := .venv/bin
INSTALLED := .venv/installed
CHECKED := drgdip tests benchmarks examples

DEMO := build/demo
DEMO_DRG := build/demo-drg
MONTH := 2026-01
CASES := 100000
FIRST_CASE = $(BIN)/python -c 'import sys, pyarrow.parquet as p; print(p.ParquetFile(sys.argv[1]).read_row_group(0, ["setl_id"])[0][0])'

# Two workers; the tests of one module, which may share something costly, on one of them; the longest modules first.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
# Tests of compiled code run a second time as plain Python, where coverage can follow it.
PLAIN := NUMBA_DISABLE_JIT=1
KERNEL_TESTS = $(wildcard $(addprefix tests/,base intake quality_control stages vectors properties chs_drg/test_group_*.py))
# Chooses compilation for itself, in processes of its own.
OWN_LANE := tests/base/test_accelerate.py

.PHONY: rules venv demo demo-drg test test-long coverage bench api lint clean
.DEFAULT_GOAL := test

venv: $(INSTALLED)

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本:make venv PYTHON=… | Python 3.11 or later is needed"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,bench,docs]'
	@touch $@

demo: venv
	@mkdir -p $(DEMO)
	$(BIN)/drgdip synth --edition 2.0-pingdingshan-2025 --cases $(CASES) --month $(MONTH) --seed 1 --dirty 0.002 \
	  -o $(DEMO)/cases.parquet
	$(BIN)/drgdip settle --policy demo_city --cases $(DEMO)/cases.parquet --month $(MONTH) \
	  --out $(DEMO)/result --overwrite
	$(BIN)/drgdip explain --run $(DEMO)/result "$$($(FIRST_CASE) $(DEMO)/result/cases.parquet)"
	@echo
	@echo "结果在 $(DEMO)/result:"
	@echo "  report.html     月度报告,用浏览器打开"
	@echo "  statement.xlsx  结算单(按医疗机构与基金池)"
	@echo "  findings.xlsx   数据问题清单;set_aside.csv 为未结算的行"
	@echo "  cases.parquet   每个病例的全部中间结果,金额单位为分"
	@echo "Results are in $(DEMO)/result: open report.html; statement.xlsx is the statement,"
	@echo "findings.xlsx lists what is wrong with the data, cases.parquet holds every step of every case."

demo-drg: venv
	@mkdir -p $(DEMO_DRG)
	$(BIN)/drgdip synth --scheme chs-drg --edition 2.0 --cases $(CASES) --month $(MONTH) --seed 1 --dirty 0.002 \
	  -o $(DEMO_DRG)/cases.parquet
	$(BIN)/drgdip settle --policy demo_drg_city --cases $(DEMO_DRG)/cases.parquet --month $(MONTH) \
	  --out $(DEMO_DRG)/result --overwrite
	$(BIN)/drgdip explain --run $(DEMO_DRG)/result "$$($(FIRST_CASE) $(DEMO_DRG)/result/cases.parquet)"
	@echo
	@echo "结果在 $(DEMO_DRG)/result:用浏览器打开 report.html;statement.xlsx 为结算单,cases.parquet 为每例的全部中间结果。"
	@echo "参考权重为非官方整理,6 个病组没有权重,按项目付费。"
	@echo "Results are in $(DEMO_DRG)/result: open report.html; statement.xlsx is the statement, cases.parquet every step."
	@echo "The reference weights are unofficial; six groups have none and are paid by item."

lint: venv
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint
	$(PLAIN) $(PYTEST) -m "not long" $(KERNEL_TESTS) $(addprefix --ignore ,$(OWN_LANE))
	$(PYTEST) -m "not long"

test-long: venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary atheris -e '.[fuzz]' \
	  || echo "没有可用的 atheris,略过覆盖引导的模糊测试 | no atheris for this Python: its test is skipped"
	$(PYTEST) -m long

coverage: venv
	$(PLAIN) $(PYTEST) -m "not long" --ignore tests/packaging --cov --cov-report term-missing

bench: venv
	$(BIN)/python benchmarks/run.py

api: venv
	$(BIN)/python -m tests.library.api_reference build/api

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find drgdip tests benchmarks examples -name __pycache__ -prune -exec rm -rf {} +

rules: venv
	$(BIN)/python -m drgdip.screening.rule_table > docs/screening-rules.md
