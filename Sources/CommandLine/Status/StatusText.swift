import KafkaModel
import Reconciler

/// A status as text for people: links, workers, topics, and the partitions of topics that are not well.
struct StatusText {
    /// Whether states are coloured.
    var isColoured = false
    /// Whether the partitions of all topics are shown.
    var showsAllPartitions = false
    /// Which mirror topics are shown.
    var selection = TopicSelection.live

    /// The whole report.
    func render(_ snapshot: StatusSnapshot) -> String {
        var lines: [String] = []
        for cluster in snapshot.clusters {
            guard let problem = cluster.problem else { continue }
            lines.append("\(painted("cluster \(cluster.name) cannot be read", .bad)): \(problem)")
        }
        for link in snapshot.links {
            if !lines.isEmpty { lines.append("") }
            lines += self.link(link, snapshot)
        }
        if snapshot.links.isEmpty { lines.append("No links.") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func link(_ link: LinkStatus, _ snapshot: StatusSnapshot) -> [String] {
        let nowMs = snapshot.readAtMs
        let condition = link.condition
        let tone: Tone = condition == .active ? .good : condition == .unavailable ? .bad : .notable
        var lines = [
            "link \(link.name)  \(painted(condition.rawValue, tone))"
                + "  \(link.source) -> \(link.destination)  \(workers(link))"
        ]
        lines += identity(link)
        if let problem = link.problem { lines.append("  \(painted("cannot be read", .bad)): \(problem)") }
        for worker in link.workers.value ?? [] {
            let count = worker.partitionCount == 1 ? "1 partition" : "\(worker.partitionCount) partitions"
            lines.append("  worker \(worker.name) on \(worker.host), \(count)")
        }
        for task in link.tasks where task.task != .availabilityCheck || task.state != .active {
            lines += self.task(task, nowMs)
        }
        if link.state == nil {
            guard link.problem == nil else { return lines }
            return lines + (link.isToBeDeleted ? [] : ["  nothing yet: run lockstep apply"])
        }
        return lines + topics(of: link, snapshot)
    }

    /// Who is linked, by ids, and whether the source answers now.
    private func identity(_ link: LinkStatus) -> [String] {
        guard let record = link.record else { return [] }
        let source =
            switch link.sourceAnswers {
            case .known(true): "available"
            case .known(false): painted("not available", .bad)
            case .unknown: "availability unknown"
            }
        let line = "  id \(record.linkId)  from \(record.sourceClusterId) (\(source)) to \(record.destinationClusterId)"
        return [line] + (link.isDeclared ? [] : ["  declared in none of these files; it goes on as it was"])
    }

    private func topics(of link: LinkStatus, _ snapshot: StatusSnapshot) -> [String] {
        let nowMs = snapshot.readAtMs
        let unread = snapshot.unreadTopics(of: link)
        let unreadBecause = Dictionary(unread.map { ($0.topic.topic, $0.because) }) { first, _ in first }
        let topics = link.topics.filter { selection.includes($0.state) }
        let end = selection.leftOut(of: link).map { ["  \($0)"] } ?? []
        guard !topics.isEmpty else { return (link.problem == nil ? ["  \(selection.nothing(in: link))"] : []) + end }
        var lines: [String] = []
        var table = TextColumns([.left, .left, .right, .right, .left, .left])
        table.add("TOPIC", "STATE", "LAG", "AGE", "LAST SUCCESS", "FROM")
        for topic in topics {
            table.add(
                topic.topic, topic.state.rawValue, lag(topic), age(topic), lastSuccess(topic.lastSuccessMs, nowMs),
                "\(link.source)/\(topic.sourceTopic)")
        }
        let rows = table.lines(indent: 2)
        lines.append(rows[0])
        for (topic, row) in zip(topics, rows.dropFirst()) {
            lines.append(coloured(row, topic.state))
            if !topic.isDeclared, link.isDeclared { lines.append("      not declared any more; it goes on as it was") }
            if let reason = topic.reason { lines.append("      \(reason)") }
            if let reason = unreadBecause[topic.topic] { lines.append("      cannot be read in full: \(reason)") }
            if showsAllPartitions || topic.state.isTrouble { lines += partitions(topic, nowMs) }
        }
        return lines + end
    }

    private func task(_ task: TaskStatus, _ nowMs: Int64) -> [String] {
        let tone: Tone = task.state == .active ? .good : task.state == .inError ? .bad : .notable
        let head =
            "  task \(task.task.rawValue)  \(painted(task.state.rawValue, tone))  "
            + "last success \(lastSuccess(task.lastSuccessMs, nowMs))  \(task.summary)"
        return [head]
            + task.problems.map { "      \($0.line)" }
    }

    private func workers(_ link: LinkStatus) -> String {
        switch link.workers {
        case .known(let members):
            guard link.isDeclared else { return members.count == 1 ? "1 worker" : "\(members.count) workers" }
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
