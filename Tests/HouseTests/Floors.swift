/// Which target may import which: the arrows of the house, as data.
///
/// Every arrow goes to a lower floor. `Package.swift` must say the same; SwiftPM alone does not notice an import that
/// is not declared.
struct Floors {
    struct Target {
        let floor: Int
        let imports: Set<String>
    }

    let targets: [String: Target]

    static let lockstep = Floors(targets: [
        "CLinux": Target(floor: 0, imports: []),
        "CChecksum": Target(floor: 0, imports: []),
        "AllocationCount": Target(floor: 0, imports: []),
        "COpenSSL": Target(floor: 0, imports: []),
        "CYAML": Target(floor: 0, imports: []),
        "Bytes": Target(floor: 1, imports: ["CChecksum", "COpenSSL"]),
        "Diagnostics": Target(floor: 1, imports: []),
        "KafkaProtocol": Target(floor: 2, imports: ["Bytes"]),
        "KafkaRecords": Target(floor: 2, imports: ["Bytes"]),
        "YAMLDocument": Target(floor: 2, imports: ["CYAML", "Diagnostics"]),
        "EventLoop": Target(floor: 3, imports: ["CLinux", "Bytes"]),
        "Credentials": Target(floor: 3, imports: ["COpenSSL"]),
        "TLS": Target(floor: 4, imports: ["COpenSSL", "EventLoop", "Credentials"]),
        "KafkaModel": Target(floor: 4, imports: ["Diagnostics", "Credentials"]),
        "KafkaConnection": Target(
            floor: 5, imports: ["Bytes", "KafkaProtocol", "EventLoop", "Credentials", "TLS"]),
        "Manifest": Target(
            floor: 5, imports: ["Bytes", "Diagnostics", "YAMLDocument", "Credentials", "KafkaModel"]),
        "Planner": Target(floor: 5, imports: ["Bytes", "Diagnostics", "KafkaModel"]),
        "KafkaClient": Target(
            floor: 6,
            imports: ["Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection"]),
        "PlanReport": Target(floor: 6, imports: ["Diagnostics", "KafkaModel", "Planner"]),
        "EmbeddedBroker": Target(
            floor: 6, imports: ["Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "TLS"]),
        "LinkStore": Target(
            floor: 7,
            imports: [
                "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection", "KafkaClient",
            ]),
        "LinkSync": Target(
            floor: 7,
            imports: ["KafkaProtocol", "EventLoop", "KafkaModel", "KafkaConnection", "KafkaClient", "LinkStore"]),
        "LiveState": Target(floor: 7, imports: ["KafkaProtocol", "KafkaModel", "KafkaClient", "LinkStore"]),
        "Applier": Target(
            floor: 7,
            imports: [
                "KafkaProtocol", "KafkaRecords", "KafkaModel", "Planner", "KafkaClient", "LinkStore", "LinkSync",
                "LiveState",
            ]),
        "Mirror": Target(
            floor: 7,
            imports: [
                "CLinux", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection",
                "KafkaClient", "LinkStore", "LinkSync",
            ]),
        "Reconciler": Target(
            floor: 8,
            imports: [
                "Bytes", "Diagnostics", "KafkaRecords", "EventLoop", "Credentials", "TLS", "KafkaModel",
                "KafkaConnection", "Manifest", "Planner", "KafkaClient", "LinkStore", "LinkSync", "LiveState",
                "Applier", "Mirror",
            ]),
        "CommandLine": Target(
            floor: 9,
            imports: [
                "CLinux", "Bytes", "Diagnostics", "KafkaRecords", "EventLoop", "KafkaModel", "Manifest", "KafkaClient",
                "Planner", "PlanReport", "EmbeddedBroker", "LinkStore", "LinkSync", "LiveState", "Applier", "Mirror",
                "Reconciler",
            ]),
        "lockstep": Target(floor: 9, imports: ["CommandLine"]),
        "Benchmarks": Target(
            floor: 9,
            imports: ["Bytes", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaClient", "TestSupport"]),
    ])

    /// Arrows inside one floor, each with its reason; every other arrow goes down.
    static let sideways: [String: String] = [
        "LiveState -> LinkStore": "the live state includes what the link topic says",
        "Applier -> LinkStore": "an applied change is recorded in the link topic",
        "Applier -> LinkSync": "promotion syncs group offsets a last time, failover lowers them",
        "Applier -> LiveState": "preconditions are read again before a change",
        "LinkSync -> LinkStore": "tasks start from what the link topic says",
        "Mirror -> LinkStore": "workers follow the link topic",
        "Mirror -> LinkSync": "workers run the link's tasks",
        "lockstep -> CommandLine": "the executable is one call",
        "Benchmarks -> TestSupport": "benchmarks start real clusters as the tests do",
    ]

    /// Modules of the system, and the lowest floor that may import each.
    static let system: [String: Int] = [
        "Swift": 0, "Glibc": 0, "Synchronization": 0, "Dispatch": 9, "FoundationEssentials": 5, "Foundation": 9,
    ]

    /// Imports of one file that the table does not allow.
    func findings(in file: SourceFile) -> [Finding] {
        guard let name = file.target else { return [] }
        guard let target = targets[name] else {
            return [file.finding(0, "target \(name) has no floor; add it to Floors.swift and Sources/README.md")]
        }
        return file.text.codeLines.enumerated().compactMap { index, line in
            guard let module = Self.importedModule(line), !target.imports.contains(module) else { return nil }
            return complaint(name, target, module).map { file.finding(index + 1, $0) }
        }
    }

    private func complaint(_ name: String, _ target: Target, _ module: String) -> String? {
        if let lowest = Self.system[module] {
            guard target.floor < lowest else { return nil }
            let instead = module == "Foundation" ? "; take FoundationEssentials (floor 5 and up) or Glibc" : ""
            return "\(name) (floor \(target.floor)) imports \(module), allowed from floor \(lowest)\(instead)"
        }
        guard let other = targets[module] else { return "\(name) imports \(module), which is no module of ours" }
        if other.floor < target.floor {
            return
                "\(name) imports \(module) without an arrow; if the design has it, add it to Package.swift and Floors.swift"
        }
        return "\(name) (floor \(target.floor)) imports \(module) (floor \(other.floor)); arrows go down, turn it round"
    }

    /// The module a line imports: `import A`, `package import A`, `@preconcurrency import struct A.B`.
    static func importedModule(_ line: String) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
        let before = words[..<at]
        guard before.allSatisfy({ $0.hasPrefix("@") || ["package", "public", "internal", "private"].contains($0) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let path = kinds.contains(words[at + 1]) && at + 2 < words.count ? words[at + 2] : words[at + 1]
        return path.split(separator: ".").first.map(String.init)
    }

    /// Arrows of the table that do not go down and have no reason.
    func crookedArrows(allowed: [String: String] = Floors.sideways) -> [String] {
        targets.flatMap { name, target in
            target.imports.filter { (targets[$0]?.floor ?? .max) >= target.floor }.map { "\(name) -> \($0)" }
        }.filter { allowed[$0] == nil }.sorted()
    }

    /// Targets whose dependencies in `Package.swift` differ from the table.
    func differences(fromManifest text: String) -> [String] {
        let packed = text.filter { !$0.isWhitespace }
        return targets.sorted { $0.key < $1.key }.compactMap { name, target -> String? in
            guard target.floor > 0 else { return nil }
            let starts = ["target(\"\(name)\",[", ".executableTarget(name:\"\(name)\",dependencies:["]
            guard let start = starts.lazy.compactMap({ Self.end(of: $0, in: packed) }).first else {
                return "Package.swift has no target \(name)"
            }
            let list = packed[start...].prefix { $0 != "]" }.split(separator: ",")
            let declared = Set(list.map { $0.filter { $0 != "\"" } })
            guard declared != target.imports else { return nil }
            let (more, less) = (declared.subtracting(target.imports), target.imports.subtracting(declared))
            return "\(name): only in Package.swift \(more.sorted()), only in Floors.swift \(less.sorted())"
        }
    }

    private static func end(of wanted: String, in text: String) -> String.Index? {
        guard text.contains(wanted) else { return nil }
        let pieces = text.utf8.count
        var index = text.startIndex
        for _ in 0..<pieces {
            if text[index...].hasPrefix(wanted) { return text.index(index, offsetBy: wanted.count) }
            index = text.index(after: index)
        }
        return nil
    }
}
