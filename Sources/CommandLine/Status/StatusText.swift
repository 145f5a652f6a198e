import KafkaModel
import Reconciler

/// A status as text for people: links, workers, topics, and the partitions of topics that are not well.
struct StatusText {
    /// Whether states are coloured.
    var isColoured = false
    /// Whether the partitions of all topics are shown.
    var showsAllPartitions = false

    /// The whole report.
    func render(_ snapshot: StatusSnapshot) -> String {
        var lines: [String] = []
        for cluster in snapshot.clusters {
            guard let problem = cluster.problem else { continue }
            lines.append("\(painted("cluster \(cluster.name) cannot be read", .bad)): \(problem)")
        }
        for link in snapshot.links {
            if !lines.isEmpty { lines.append("") }
            lines += self.link(link, snapshot.readAtMs)
        }
        if snapshot.links.isEmpty { lines.append("No links.") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func link(_ link: LinkStatus, _ nowMs: Int64) -> [String] {
        let state = link.state?.rawValue ?? (link.problem == nil ? "NOT APPLIED" : "UNKNOWN")
        var lines = [
            "link \(link.name)  \(painted(state, link.state == .active ? .good : .notable))"
                + "  \(link.source) -> \(link.destination)  \(workers(link))"
        ]
        if let problem = link.problem { lines.append("  \(painted("cannot be read", .bad)): \(problem)") }
        for worker in link.workers.value ?? [] {
            let count = worker.partitionCount == 1 ? "1 partition" : "\(worker.partitionCount) partitions"
            lines.append("  worker \(worker.name) on \(worker.host), \(count)")
        }
        for task in link.tasks { lines += self.task(task, nowMs) }
        guard !link.topics.isEmpty else {
            guard link.problem == nil else { return lines }
            return lines + [link.state == nil ? "  nothing yet: run lockstep apply" : "  no mirror topics"]
        }
        var table = TextColumns([.left, .left, .right, .right, .left, .left])
        table.add("TOPIC", "STATE", "LAG", "AGE", "LAST SUCCESS", "FROM")
        for topic in link.topics {
            table.add(
                topic.topic, topic.state.rawValue, lag(topic), age(topic), lastSuccess(topic.lastSuccessMs, nowMs),
                "\(link.source)/\(topic.sourceTopic)")
        }
        let rows = table.lines(indent: 2)
        lines.append(rows[0])
        for (topic, row) in zip(link.topics, rows.dropFirst()) {
            lines.append(coloured(row, topic.state))
            if !topic.isDeclared { lines.append("      not declared any more; it goes on as it was") }
            if let reason = topic.reason { lines.append("      \(reason)") }
            if showsAllPartitions || topic.state.isTrouble { lines += partitions(topic, nowMs) }
        }
        return lines
    }

    private func task(_ task: TaskStatus, _ nowMs: Int64) -> [String] {
        let tone: Tone = task.state == .active ? .good : task.state == .inError ? .bad : .notable
        let head =
            "  task \(task.task.rawValue)  \(painted(task.state.rawValue, tone))  "
            + "last success \(lastSuccess(task.lastSuccessMs, nowMs))  \(task.summary)"
        return [head]
            + task.problems.map { problem in
                "      " + (problem.subject.map { "\($0): " } ?? "") + "\(problem.text) [\(problem.code)]"
            }
    }

    private func workers(_ link: LinkStatus) -> String {
        switch link.workers {
        case .known(let members):
            let count = "workers \(members.count) of \(link.workersDeclared) (\(link.workerMode.rawValue))"
            return members.count < link.workersDeclared ? painted(count, .notable) : count
        case .unknown(let reason): return "workers unknown" + (reason == link.problem ? "" : " (\(reason))")
        }
    }

    private func lag(_ topic: TopicStatus) -> String {
        if topic.state == .stopped { return "-" }
        return topic.lagRecords.value.map { "\($0)" } ?? "unknown"
    }

    private func age(_ topic: TopicStatus) -> String {
        if topic.state == .stopped { return "-" }
        return topic.lagMs.value.map { StatusAssembly.ageText($0) } ?? "unknown"
    }

    private func lastSuccess(_ milliseconds: Int64?, _ nowMs: Int64) -> String {
        milliseconds.map { "\(StatusAssembly.ageText(nowMs - $0)) ago" } ?? "unknown"
    }

    private func partitions(_ topic: TopicStatus, _ nowMs: Int64) -> [String] {
        guard !topic.partitions.isEmpty else { return [] }
        var table = TextColumns([.right, .left, .right, .right, .right, .right, .left])
        table.add("PARTITION", "STATE", "SOURCE END", "MIRROR END", "REPLICATED", "LAG", "LAST SUCCESS")
        for part in topic.partitions {
            table.add(
                "\(part.partition)", part.state.rawValue, offset(part.sourceEnd), offset(part.mirrorEnd),
                offset(part.highWatermark), topic.state == .stopped ? "-" : offset(part.lagRecords),
                lastSuccess(part.lastSuccessMs, nowMs))
        }
        return table.lines(indent: 6)
    }

    private func offset(_ reading: StatusReading<Int64>) -> String { reading.value.map { "\($0)" } ?? "unknown" }

    private enum Tone: String {
        case good = "32"
        case notable = "33"
        case bad = "31"
    }

    private func painted(_ text: String, _ tone: Tone) -> String {
        isColoured ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The row with its state in colour; columns are laid out before, because colour has no width.
    private func coloured(_ row: String, _ state: MirrorTopicState) -> String {
        guard isColoured, let range = row.range(ofWord: state.rawValue) else { return row }
        let tone: Tone = state == .active || state == .stopped ? .good : state == .failed ? .bad : .notable
        return row.replacingCharacters(range, with: painted(state.rawValue, tone))
    }
}

extension MirrorTopicState {
    /// Whether a person will want to see the partitions.
    fileprivate var isTrouble: Bool {
        switch self {
        case .failed, .sourceUnavailable, .unknown: true
        case .active, .pendingMirror, .initializing, .paused, .linkPaused, .pendingStopped, .stopped: false
        }
    }
}

extension String {
    /// Where a word stands between spaces.
    fileprivate func range(ofWord word: String) -> Range<Index>? {
        split(separator: " ").first { $0 == word }.map { $0.startIndex..<$0.endIndex }
    }

    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
