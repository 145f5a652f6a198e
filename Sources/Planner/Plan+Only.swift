import KafkaModel

extension Plan {
    /// The part of the plan that moves these mirror topics of a link to other states, with the workers that it needs.
    ///
    /// The settings of a topic that ends belong to it: no later plan would bring them.
    ///
    /// Steps keep their order and get new numbers; what they waited for outside of this part is left out.
    package func only(_ topics: Set<String>, of link: String) -> Plan {
        func isChosen(_ object: PlannedObject, _ owner: String?) -> Bool {
            owner == link && object.kind == .mirrorTopic && topics.contains(object.name)
        }
        var part = self
        let acting = steps.filter { isChosen($0.object, $0.link) && $0.operation.movesMirror }
        let ending = Set(acting.filter(\.operation.endsMirror).map(\.object))
        let kept = steps.filter { step in
            isChosen(step.object, step.link) && step.operation.movesMirror
                || step.link == link && step.operation.isOfConfigs && ending.contains(step.object)
                || step.link == link && step.operation.startsWorkers && acting.contains { $0.operation.needsWorkers }
        }
        let numbers = Dictionary(uniqueKeysWithValues: zip(kept.map(\.number), 1...))
        part.steps = kept.map { step in
            var step = step
            step.number = numbers[step.number] ?? 0
            step.after = step.after.compactMap { numbers[$0] }
            return step
        }
        part.blocked = blocked.filter { isChosen($0.object, $0.link) }
        part.seal()
        return part
    }
}

extension Step.Operation {
    /// Whether the step leads a mirror topic to another state, or to what that needs.
    fileprivate var movesMirror: Bool {
        switch self {
        case .pauseMirror, .resumeMirror, .promoteMirror, .failOverMirror, .addPartitions: true
        case .createStore, .createLink, .changeLinkState, .changeLinkSettings, .createMirrorTopic, .deleteMirror,
            .changeMirrorConfigs, .forgetMirror, .deleteLink, .startWorkers, .stopWorkers:
            false
        }
    }

    /// Whether the step makes an ordinary topic of a mirror, with the settings that are recorded by then.
    fileprivate var endsMirror: Bool {
        switch self {
        case .promoteMirror, .failOverMirror: true
        default: false
        }
    }

    fileprivate var isOfConfigs: Bool {
        if case .changeMirrorConfigs = self { true } else { false }
    }

    /// Whether the step starts workers; how many are too many is not for a part of the plan to say.
    fileprivate var startsWorkers: Bool { if case .startWorkers = self { true } else { false } }

    /// Whether the step waits for something that only a worker does, or is of no use without one.
    var needsWorkers: Bool {
        switch self {
        case .promoteMirror, .resumeMirror: true
        default: false
        }
    }
}
