import KafkaModel

/// Puts steps into execution order, numbers them and says which must come before which.
enum StepOrder {
    /// By destination, link, stage and name; one-way steps after everything else, deletions at the very
    /// end.
    static func numbered(_ drafts: [StepDraft]) -> [Step] {
        let ordered = drafts.sorted { Key($0) < Key($1) }
        var steps: [Step] = []
        var dependencies = Dependencies()
        for draft in ordered {
            if draft.stage == .store, dependencies.hasStore(on: draft.step.destination) { continue }
            var step = draft.step
            step.number = steps.count + 1
            step.after = dependencies.of(step, stage: draft.stage)
            dependencies.note(step, stage: draft.stage)
            steps.append(step)
        }
        return steps
    }

    private struct Key: Comparable {
        var rank: Int
        var destination: String
        var link: String
        var stage: Int
        var name: String

        init(_ draft: StepDraft) {
            rank = draft.stage.isLast ? draft.stage.rawValue : 0
            destination = draft.step.destination
            // A store has no link, so it sorts before all links of its destination.
            link = draft.step.link ?? ""
            stage = draft.stage.rawValue
            name = draft.step.object.name
        }

        static func < (left: Key, right: Key) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            return (left.destination, left.link, left.stage, left.name)
                < (right.destination, right.link, right.stage, right.name)
        }
    }
}

/// Which numbered steps a later step needs.
private struct Dependencies {
    private var storeByDestination: [String: Int] = [:]
    private var creationByLink: [String: Int] = [:]
    private var stateByLink: [String: Int] = [:]
    private var workersByLink: [String: Int] = [:]
    /// Growth and settings, which a promotion must not overtake.
    private var preparationByTopic: [PlannedTopic: [Int]] = [:]
    private var endingsByLink: [String: [Int]] = [:]

    private struct PlannedTopic: Hashable {
        var destination: String
        var topic: String

        init(_ step: Step) {
            destination = step.destination
            topic = step.object.name
        }
    }

    /// Whether a step for the store of a destination is there; every new link of it asks for one.
    func hasStore(on destination: String) -> Bool { storeByDestination[destination] != nil }

    mutating func note(_ step: Step, stage: StepDraft.Stage) {
        let link = step.link ?? ""
        switch stage {
        case .store: storeByDestination[step.destination] = step.number
        case .link: creationByLink[link] = step.number
        case .linkState: stateByLink[link] = step.number
        case .workers: workersByLink[link] = step.number
        case .partitions, .configs: preparationByTopic[PlannedTopic(step), default: []].append(step.number)
        case .forget, .stop, .deletion: endingsByLink[link, default: []].append(step.number)
        case .linkSettings, .creation, .pause, .resume, .linkDeletion: break
        }
    }

    func of(_ step: Step, stage: StepDraft.Stage) -> [Int] {
        let link = step.link ?? ""
        switch stage {
        case .link: return [storeByDestination[step.destination]].compactMap { $0 }
        case .creation: return [creationByLink[link]].compactMap { $0 }
        // Not what becomes of single topics: one that is refused must not keep the others from being copied or ended.
        case .workers: return [creationByLink[link], stateByLink[link]].compactMap { $0 }
        case .stop:
            // A failover must not wait for anything that may fail; a promotion needs workers and all partitions.
            if case .failOverMirror = step.operation { return [] }
            return ((preparationByTopic[PlannedTopic(step)] ?? []) + [workersByLink[link]].compactMap { $0 }).sorted()
        // A link goes once every mirror topic of it has ended.
        case .linkDeletion: return endingsByLink[link] ?? []
        case .store, .linkState, .linkSettings, .forget, .partitions, .configs, .pause, .resume, .deletion: return []
        }
    }
}
