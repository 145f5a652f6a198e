import Manifest

/// What becomes of each of Cluster Linking's configs, for `lockstep help configs`.
enum LinkConfigText {
    /// The whole table: a part for each fate.
    static func all() -> String {
        var lines = [
            "Cluster Linking's link configs, with its names. One that is in no list is warned about and has no effect."
        ]
        for fate in LinkConfigEntry.Fate.allCases {
            let entries = LinkConfigTable.entries.filter { $0.fate == fate }
            lines += ["", title(fate)]
            var table = TextColumns([.left, .left, .left])
            for entry in entries {
                switch fate {
                case .honoured:
                    // A default that is a list would push the meaning of all others off the screen.
                    let isLong = (entry.fallback?.count ?? 0) > 20
                    let list = isLong ? " Default: \(entry.fallback ?? "")" : ""
                    let other = entry.otherFallback.map { " Lockstep's own default; Cluster Linking has \($0)." } ?? ""
                    table.add(
                        entry.name, isLong ? "a list" : entry.fallback ?? "-",
                        (entry.reason ?? entry.about) + list + other)
                case .elsewhere: table.add(entry.name, "", entry.reason ?? "")
                case .refused:
                    table.add(entry.name, entry.harmless.map { "except \($0)" } ?? "", entry.reason ?? "")
                }
            }
            lines += table.lines(indent: 2)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func title(_ fate: LinkConfigEntry.Fate) -> String {
        switch fate {
        case .honoured: "Honoured under spec.configs of a ClusterLink (name, default, meaning):"
        case .elsewhere: "Written at another place (name, place):"
        case .refused: "Refused (name, reason):"
        }
    }
}
