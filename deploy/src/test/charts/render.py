"""Lints a chart and renders it, with Helm's own engine.

    render.py CHART OUTPUT VALUES_FILE...

For each file of values, OUTPUT/NAME has what an installation with them would make, or
OUTPUT/NAME.refused the reason why there is none.
"""

import sys
from pathlib import Path

import helm_python as helm


def main(chart_folder: str, output: str, *values_files: str) -> None:
    with helm.Chart.load(chart_folder) as chart:
        for file in map(Path, values_files):
            values = helm.values_from_yaml(file.read_text(encoding="utf-8"))
            target = Path(output, file.name)
            try:
                chart.validate_schema(values)
                report = helm.lint(chart_folder, values, strict=True)
                errors = [each for each in report["messages"] if each["severity"] > 1]
                if errors or report["errors"]:
                    raise SystemExit(f"{file}: {errors} {report['errors']}")
                manifests = chart.render(values, name="trial", namespace="metadata")
            except helm.HelmError as refused:
                target.with_name(file.name + ".refused").write_text(str(refused), encoding="utf-8")
                continue
            documents = [text for name, text in manifests.items() if not name.endswith("NOTES.txt")]
            target.write_text("\n---\n".join(documents), encoding="utf-8")


main(*sys.argv[1:])
