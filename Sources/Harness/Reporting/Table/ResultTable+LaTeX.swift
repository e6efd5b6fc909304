extension ResultTable {
  /// The table in LaTeX, for the package booktabs; the notes are comments beneath it.
  ///
  /// ```
  /// \begin{tabular}{lrr}
  /// \toprule
  /// Method & CAM (train) & Seg. Mask (val) \\
  /// \midrule
  /// IRNet & 46.5 & \textbf{58.2} \\
  /// + CONTA & \textbf{47.9} (+1.4) & 57.1 ($-$1.1) \\
  /// \bottomrule
  /// \end{tabular}
  /// ```
  public var latex: String {
    let tables = grids.map { grid in
      let columns =
        String(repeating: "l", count: grid.labelCount)
        + String(repeating: "r", count: grid.header.count - grid.labelCount)
      var lines = (grid.caption.map { ["% \($0)"] } ?? [])
      lines += ["\\begin{tabular}{\(columns)}", "\\toprule"]
      lines.append(Self.line(grid.header.map(LaTeX.escaped)))
      lines.append("\\midrule")
      for (index, row) in grid.rows.enumerated() {
        if index > 0, grid.groups.contains(index) { lines.append("\\addlinespace") }
        lines.append(
          Self.line(
            row.map { entry in
              let text = LaTeX.escaped(entry.text)
              return (entry.isBold ? "\\textbf{\(text)}" : text) + LaTeX.escaped(entry.suffix)
            }))
      }
      return (lines + ["\\bottomrule", "\\end{tabular}"]).joined(separator: "\n") + "\n"
    }
    return tables.joined(separator: "\n") + notes.map { "% \($0)\n" }.joined()
  }

  private static func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
}

/// Text for LaTeX.
enum LaTeX {
  /// Returns text that LaTeX prints as it is, whatever characters it has.
  ///
  /// - Parameter text: Any text on one line.
  /// - Returns: The text with commands for what LaTeX reads as its own, and for symbols that its
  ///   standard fonts lack; a sign before a digit becomes a minus sign.
  static func escaped(_ text: String) -> String {
    var result = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      let joinsWords = index > 0 && characters[index - 1].isWord
      let isSign = character == "-" && next.isNumber && !joinsWords
      result += isSign ? "$-$" : commands[character] ?? String(character)
    }
    return result
  }

  private static let commands: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "%": "\\%",
    "#": "\\#", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "$<$",
    ">": "$>$", "|": "$|$", "±": "$\\pm$", "–": "--", "…": "\\ldots{}", "·": "$\\cdot$",
    "×": "$\\times$", "Δ": "$\\Delta$", "κ": "$\\kappa$", "√": "$\\surd$",
  ]
}

extension Character {
  /// Whether a hyphen after it joins two words instead of being a sign.
  fileprivate var isWord: Bool { isLetter || isNumber || self == "-" }
}
