import Diagnostics
import KafkaModel
import PlanReport
import Reconciler

/// A description of a link for people.
struct DescribeText {
    /// When it was read, in milliseconds since 1970.
    let nowMs: Int64

    /// The whole description.
    func render(_ description: LinkDescription) -> String {
        let link = description.status
        var lines = ["link \(link.name)"] + facts(link)
        lines += section("Security of source \(link.source)", security(description.sourceCluster))
        lines += section("Security of destination \(link.destination)", security(description.destinationCluster))
        if link.record != nil {
            lines += section("Tasks", tasks(link)) + section("Workers", workers(link))
            lines += section("Configs", configs(description))
            lines += section("Declared and not applied (lockstep plan shows it all)", pending(description))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines
    }

    private func facts(_ link: LinkStatus) -> [String] {
        var table = TextColumns([.left, .left])
        table.add("State", link.condition.rawValue)
        if let problem = link.problem { table.add("Problem", problem) }
        guard let record = link.record else {
            table.add("Source", link.source)
            table.add("Destination", link.destination)
            if link.condition == .notApplied { table.add("To go on", "lockstep apply makes it") }
            return table.lines(indent: 2)
        }
        table.add("Link ID", record.linkId)
        table.add("Source", "\(link.source)  \(record.sourceClusterId)  \(availability(link))")
        table.add("Destination", "\(link.destination)  \(record.destinationClusterId)")
        table.add("Prefix", record.prefix.isEmpty ? "none" : "\"\(record.prefix)\"")
        table.add("Made", UTCText.spaced(record.createdAtMs))
        let counts = link.topicCounts.map { "\($0.state.rawValue): \($0.count)" }.joined(separator: ", ")
        table.add("Mirror topics", counts.isEmpty ? "none" : counts)
        table.add("Topic filters", record.settings.topicFilters?.described ?? "none")
        table.add("Group filters", record.settings.groupFilters?.described ?? "none")
        if !link.isDeclared { table.add("Declared", "in none of these files; it goes on as it was") }
        return table.lines(indent: 2)
    }

    private func availability(_ link: LinkStatus) -> String {
        switch link.sourceAnswers {
        case .known(true): "available"
        case .known(false): "not available"
        case .unknown(let reason): "availability unknown: \(reason)"
        }
    }

    private func security(_ cluster: ClusterSpec?) -> [String] {
        guard let cluster else { return ["  unknown: no manifest declares this cluster"] }
        var table = TextColumns([.left, .left, .left])
        table.add("NAME", "ORIGIN", "VALUE")
        for fact in cluster.securityFacts {
            let origin = fact.place.map { "\($0.file):\($0.line)" } ?? "DEFAULT"
            table.add(fact.name.printable, origin, fact.value.printable)
        }
        return table.lines(indent: 2)
    }

    private func tasks(_ link: LinkStatus) -> [String] {
        guard !link.tasks.isEmpty else { return ["  none has been reported yet"] }
        var table = TextColumns([.left, .left, .left, .left])
        table.add("TASK", "STATE", "LAST SUCCESS", "LAST PASS")
        for task in link.tasks {
            let success = task.lastSuccessMs.map { "\(StatusAssembly.ageText(nowMs - $0)) ago" } ?? "unknown"
            table.add(task.task.rawValue, task.state.rawValue, success, task.summary)
        }
        let rows = table.lines(indent: 2)
        var lines = [rows[0]]
        for (task, row) in zip(link.tasks, rows.dropFirst()) {
            lines.append(row)
            lines += task.problems.map { "      \($0.line)" }
        }
        return lines
    }

    private func workers(_ link: LinkStatus) -> [String] {
        switch link.workers {
        case .unknown(let reason): return ["  unknown: \(reason)"]
        case .known(let members):
            let declared = link.isDeclared ? " of \(link.workersDeclared) declared (\(link.workerMode.rawValue))" : ""
            return ["  \(members.count)\(declared)"]
                + members.map { "  \($0.name) on \($0.host), \(counted($0.partitionCount, "partition"))" }
        }
    }

    private func configs(_ description: LinkDescription) -> [String] {
        var table = TextColumns([.left, .left, .left])
        table.add("NAME", "ORIGIN", "VALUE")
        for config in description.configs { table.add(config.name, origin(config.origin), config.value ?? "-") }
        return table.lines(indent: 2)
    }

    private func origin(_ origin: LinkDescription.Origin) -> String {
        switch origin {
        case .manifest(let place): "\(place.file):\(place.line)"
        case .stored: "stored by an apply"
        case .standard: "DEFAULT"
        case .derived: "derived"
        }
    }

    private func pending(_ description: LinkDescription) -> [String] {
        description.pending.map { "  \($0.name)  \($0.now) -> \($0.declared)" }
    }
}
