/// Words that do not belong into our code, each with what to do instead.
struct WordRules {
    struct Word {
        /// As it stands in code; strings and comments are not looked at.
        let word: String
        let instead: String
        /// Targets that may use it.
        var targets: Set<String> = []
        /// Files that may use it, with the reason.
        var files: [String: String] = [:]
        /// Whether it is refused under `Tests/` as well.
        var inTests = false
    }

    let words: [Word]

    static let lockstep = WordRules(words: [
        Word(
            word: "print(", instead: "return the text, or a diagnostic; only CommandLine and Benchmarks write",
            targets: ["CommandLine", "Benchmarks", "lockstep"]),
        Word(word: "try!", instead: "throw, or catch and say what happened", inTests: true),
        Word(word: "as!", instead: "use `as?` and handle the other case", inTests: true),
        Word(word: "fatalError(", instead: "throw; `precondition` with a reason only for our own mistakes"),
        Word(word: "unowned(unsafe)", instead: "keep a strong or weak reference", inTests: true),
        Word(
            word: "Task {",
            instead: "use a task group, so that the task has a parent; or allow the file with its reason",
            files: unstructuredTasks),
        Word(
            word: "Task.detached", instead: "use a task group; or allow the file in WordRules.swift with its reason",
            files: unstructuredTasks),
        Word(
            word: "@unchecked Sendable", instead: "use an actor or a mutex; or allow the file with why it is sound",
            files: uncheckedSendable),
        Word(
            word: "nonisolated(unsafe)", instead: "use an actor or a mutex; or allow the file with why it is sound",
            files: uncheckedSendable),
        Word(word: "import XCTest", instead: "write swift-testing tests: import Testing", inTests: true),
        Word(
            word: "Task.sleep", instead: "wait for an event with a deadline (EventLoop in Sources, waitUntil in tests)",
            files: [
                "Tests/TestSupport/WaitUntil.swift": "the one place that looks again and again",
                "Sources/CommandLine/Workers/LocalWorkers.swift": "the end of a stranger's process is no event",
            ], inTests: true),
        Word(word: "usleep(", instead: "wait for an event with a deadline", inTests: true),
        Word(word: "Thread.sleep", instead: "wait for an event with a deadline", inTests: true),
    ])

    /// Files that start a task without a parent, each with who ends it.
    static let unstructuredTasks: [String: String] = [
        "Sources/EmbeddedBroker/EmbeddedBroker.swift": "one per connection; it ends with it, and stop() waits for all",
        "Sources/LinkStore/StoreWriter.swift":
            "gives the lock back when the caller was cancelled; awaited at once. One renews it; release() ends it",
        "Sources/CommandLine/Workers/HostedWorkers.swift": "one per hosted worker; stopAll() ends and awaits them",
        "Sources/CommandLine/LockstepProgram.swift": "the root of all others; the main thread takes the signals",
        "Sources/KafkaConnection/Connection+Authentication.swift": "one when a session nears its end; ends with it",
        "Sources/KafkaConnection/SecurityProvider+Deadline.swift":
            "may be stuck in a file; cancelled when nobody waits",
        "Sources/Mirror/MirrorEngine.swift": "loops that come and go with brokers; close() ends and awaits all",
    ]

    /// Files that take thread safety into their own hands, each with why it is sound.
    static let uncheckedSendable: [String: String] = [
        "Sources/EventLoop/EventLoop.swift": "shared state is behind a mutex, the rest belongs to the loop's thread",
        "Sources/Bytes/ByteBlock.swift": "written by its one owner before it is shared, read-only afterwards",
        "Sources/EmbeddedBroker/Transport/BrokerConnection.swift": "everything is touched on the loop's thread only",
        "Sources/TLS/TLSContext.swift": "its pointers never change, and OpenSSL locks what they point to",
        "Sources/TLS/TLSSession.swift": "it belongs to one connection and is touched on that one's loop only",
    ]

    func findings(in file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        let isTest = file.folders.first == "Tests"
        return words.flatMap { word -> [Finding] in
            guard !isTest || word.inTests, !word.targets.contains(file.target ?? ""), word.files[file.path] == nil
            else {
                return []
            }
            return file.text.offsets(of: word.word).map {
                file.finding(file.text.line(of: $0), "`\(word.word)` is not for here: \(word.instead)")
            }
        }
    }

    /// Allowed files that no longer exist, or no longer contain the word: an allowance must not outlive its reason.
    func staleAllowances(among files: [SourceFile]) -> [String] {
        let byPath = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        let allowed = words.reduce(into: [String: [String]]()) { result, word in
            for path in word.files.keys { result[path, default: []].append(word.word) }
        }
        return allowed.filter { path, words in
            guard let file = byPath[path] else { return true }
            return words.allSatisfy { file.text.offsets(of: $0).isEmpty }
        }.keys.sorted()
    }

    /// Marks of unfinished work and traces of the machine it was written on, comments and strings included.
    static func traces(in file: SourceFile) -> [Finding] {
        // Spelt in halves, so that this file does not find itself.
        let traces = [
            ("TO" + "DO", "finish it, or describe the limit in the README"),
            ("FIX" + "ME", "fix it, or describe the limit in the README"),
            ("/wo" + "rk/", "no paths of one machine"),
        ]
        return file.text.originalLines.enumerated().flatMap { index, line in
            traces.filter { line.contains($0.0) }.map { file.finding(index + 1, "`\($0.0)`: \($0.1)") }
        }
    }
}
