import Diagnostics
import KafkaModel
import Reconciler
import Testing

@Suite struct StatusAssemblyTests {
    private static let now: Int64 = 1_000_000
    private static let place = SourcePlace(file: "a.yaml", line: 1, column: 1)

    private func readings(
        link: LinkSpec.State = .active, mirror: MirrorTopicState = .active, partitions: Int = 1
    ) -> LinkReadings {
        var readings = LinkReadings(spec: LinkSpec(name: "l", place: Self.place, source: "a", destination: "b"))
        readings.record = LinkRecord(
            name: "l", linkId: "id", sourceClusterId: "A", destinationClusterId: "B", prefix: "", state: link,
            createdAtMs: 0)
        readings.mirrors["t"] = MirrorRecord(
            link: "l", topic: "t", sourceTopic: "t", sourceTopicId: nil, topicId: nil, state: mirror, sinceMs: 5)
        readings.partitionCounts["t"] = .known(partitions)
        readings.members = .known([
            WorkerStatus(name: "host/7/w-1", memberId: "w-1", host: "127.0.0.1", partitionCount: 0)
        ])
        for number in 0..<Int32(partitions) {
            let partition = TopicPartition(topic: "t", partition: number)
            readings.sourceEnds[partition] = .known(10)
            readings.mirrorEnds[partition] = .known(10)
            readings.highWatermarks[partition] = .known(10)
        }
        return readings
    }

    private func report(
        _ state: MirrorTopicState, _ partition: Int32 = 0, ageMs: Int64 = 0, worker: String = "host/7/w-1",
        reason: String? = nil
    ) -> WorkerReport {
        WorkerReport(
            link: "l", topic: "t", worker: worker,
            partition: PartitionReport(partition: partition, state: state, reason: reason, lastSuccessMs: 900_000),
            atMs: Self.now - ageMs)
    }

    private func topic(_ readings: LinkReadings) throws -> TopicStatus {
        try #require(StatusAssembly(readings, nowMs: Self.now).link().topics.first)
    }

    private func partition(_ number: Int32 = 0) -> TopicPartition { TopicPartition(topic: "t", partition: number) }

    @Test(arguments: [
        ([MirrorTopicState.active, .active], MirrorTopicState.active),
        ([.active, .initializing], .initializing),
        ([.initializing, .sourceUnavailable], .sourceUnavailable),
        ([.sourceUnavailable, .failed], .failed),
    ])
    func `a topic is as well as its worst partition`(_ states: [MirrorTopicState], _ expected: MirrorTopicState) throws
    {
        var readings = readings(partitions: 2)
        for (number, state) in states.enumerated() {
            readings.reports[partition(Int32(number))] = report(state, Int32(number))
        }
        #expect(try topic(readings).state == expected)
    }

    @Test(arguments: [
        (LinkSpec.State.active, MirrorTopicState.paused, MirrorTopicState.paused),
        (.paused, .active, .linkPaused),
        (.paused, .stopped, .stopped),
        (.active, .pendingMirror, .pendingMirror),
        (.active, .pendingStopped, .pendingStopped),
    ])
    func `what is stored decides over reports`(
        _ link: LinkSpec.State, _ mirror: MirrorTopicState, _ expected: MirrorTopicState
    ) throws {
        var readings = readings(link: link, mirror: mirror)
        readings.reports[partition()] = report(.active)
        #expect(try topic(readings).state == expected)
    }

    @Test func `nothing is known before a worker reports`() throws {
        var readings = readings()
        #expect(try topic(readings).state == .unknown)
        #expect(try topic(readings).reason == "no worker has reported yet")
        readings.members = .known([])
        #expect(try topic(readings).reason == "no worker runs, and none has reported")
    }

    @Test func `an old report of a worker that left is unknown and says how old it is`() throws {
        var readings = readings()
        readings.reports[partition()] = report(.active, ageMs: 180_000, worker: "host/7/gone")
        let topic = try topic(readings)
        #expect(topic.state == .unknown)
        #expect(topic.reason == "no report for 3 min; the last one: ACTIVE")
        #expect(topic.partitions.first?.reportedAtMs == 820_000)
    }

    /// A member repeats its report every 15 s, so one that is silent for more than a minute beyond that hangs.
    @Test(arguments: [
        ("host/7/w-1", 75_000, MirrorTopicState.active), ("host/7/w-1", 75_001, .unknown),
        ("host/7/gone", 60_000, .active), ("host/7/gone", 60_001, .unknown),
    ])
    func `a report counts for a while, whoever wrote it`(
        _ worker: String, _ ageMs: Int64, _ expected: MirrorTopicState
    ) throws {
        var readings = readings()
        readings.reports[partition()] = report(.active, ageMs: ageMs, worker: worker)
        #expect(try topic(readings).state == expected)
        // Nobody is known to have left a group that cannot be read.
        readings.members = .unknown("not read")
        #expect(try topic(readings).state == (ageMs > 75_000 ? .unknown : .active))
    }

    // MARK: Tasks

    private func tasks(
        _ name: LinkTaskName, ageMs: Int64, configs: [String: String] = [:], filters: TopicFilters? = nil,
        link: LinkSpec.State = .active
    ) -> [TaskStatus] {
        var readings = readings(link: link)
        readings.record?.settings = LinkSettings(
            configs: configs, topicFilters: filters, aclFilters: AclFilters([AclFilter()]))
        readings.tasks[name] = TaskReport(
            link: "l", task: name, worker: "host/7/w-1", summary: "all is well", lastSuccessMs: Self.now - ageMs,
            seenOffset: 1, atMs: Self.now - ageMs)
        return StatusAssembly(readings, nowMs: Self.now).link().tasks
    }

    /// The limit is the task's interval and a minute; making mirror topics may take another interval.
    @Test(arguments: [
        (LinkTaskName.aclSync, ["acl.sync.enable": "true", "acl.sync.ms": "10000"], Int64(70_000)),
        (.consumerOffsetSync, ["consumer.offset.sync.enable": "true"], 90_000),
        (.topicConfigsSync, [:], 65_000), (.availabilityCheck, [:], 120_000), (.autoCreateMirror, [:], 660_000),
        (.availabilityCheck, ["availability.check.ms": "\(Int64.max)"], Int64.max),
    ])
    func `a task is unknown when its worker should have reported and did not`(
        _ name: LinkTaskName, _ configs: [String: String], _ limitMs: Int64
    ) {
        let filters = TopicFilters([TopicFilter(name: "*", patternType: .literal, filterType: .include)])
        let last = tasks(name, ageMs: min(limitMs, 1 << 40), configs: configs, filters: filters)
        #expect(last.map(\.state) == [.active])
        #expect(last.map(\.summary) == ["all is well"])
        guard limitMs < .max else { return }
        let silent = tasks(name, ageMs: limitMs + 1, configs: configs, filters: filters)
        #expect(silent.map(\.state) == [.unknown])
        #expect(
            silent.map(\.summary)
                == ["no report for \(StatusAssembly.ageText(limitMs + 1)); the last one: all is well"])
        #expect(
            tasks(name, ageMs: limitMs + 1, configs: configs, filters: filters, link: .paused).map(\.state)
                == [.linkPaused])
    }

    @Test(arguments: [
        LinkTaskName.aclSync, .consumerOffsetSync, .autoCreateMirror,
    ])
    func `a task that is switched off is not shown, whatever it last reported`(_ name: LinkTaskName) {
        #expect(tasks(name, ageMs: 0).isEmpty)
    }

    // MARK: Lag

    @Test func `lag is the sum of records and the age of the oldest one`() throws {
        var readings = readings(partitions: 3)
        readings.mirrorEnds[partition(1)] = .known(7)
        readings.mirrorEnds[partition(2)] = .known(4)
        readings.oldestMissing[partition(1)] = .known(Self.now - 2_500)
        readings.oldestMissing[partition(2)] = .known(Self.now - 1_000)
        let topic = try topic(readings)
        #expect(topic.lagRecords == .known(9))
        #expect(topic.lagMs == .known(2_500))
        #expect(topic.partitions.map(\.lagMs) == [.known(0), .known(2_500), .known(1_000)])
    }

    @Test func `a mirror ahead of what the source shows has no lag`() throws {
        var readings = readings()
        readings.mirrorEnds[partition()] = .known(12)
        #expect(try topic(readings).lagRecords == .known(0))
    }

    @Test func `one unknown end makes the topic's lag unknown, never less`() throws {
        var readings = readings(partitions: 2)
        readings.sourceEnds[partition(1)] = .unknown("cluster a: no answer")
        let topic = try topic(readings)
        #expect(topic.lagRecords == .unknown("cluster a: no answer"))
        #expect(topic.lagMs == .unknown("cluster a: no answer"))
        #expect(topic.partitions.map(\.lagRecords) == [.known(0), .unknown("cluster a: no answer")])
    }

    @Test func `the age stays unknown when the oldest record could not be read`() throws {
        var readings = readings()
        readings.mirrorEnds[partition()] = .known(3)
        #expect(try topic(readings).lagRecords == .known(7))
        #expect(try topic(readings).lagMs == .unknown("the source was not asked"))
    }

    /// What a status of one link comes to when something of it could not be read.
    @Test func `a status has problems as soon as something could not be read`() throws {
        func hasProblems(_ mirror: MirrorTopicState = .active, _ change: (inout LinkReadings) -> Void) -> Bool {
            var readings = readings(mirror: mirror, partitions: 2)
            readings.sourceAnswers = .known(true)
            change(&readings)
            let link = StatusAssembly(readings, nowMs: Self.now).link()
            return StatusSnapshot(clusters: [], links: [link], readAtMs: Self.now).hasProblems
        }
        #expect(!hasProblems { _ in })
        #expect(hasProblems { $0.problem = "no" })
        #expect(hasProblems { $0.members = .unknown("GROUP_AUTHORIZATION_FAILED") })
        let last = partition(1)
        let changes: [(inout LinkReadings) -> Void] = [
            { $0.sourceEnds[last] = .unknown("TOPIC_AUTHORIZATION_FAILED") },
            { $0.mirrorEnds[last] = .unknown("no answer") }, { $0.highWatermarks[last] = .unknown("no answer") },
            { $0.partitionCounts["t"] = .unknown("no answer") },
        ]
        for change in changes {
            #expect(hasProblems(.active, change))
            #expect(hasProblems(.paused, change))
            // Nothing is missing where nothing is mirrored any more, or not yet.
            #expect(!hasProblems(.stopped, change))
            #expect(!hasProblems(.pendingMirror, change))
        }
        // Nobody says where the source of somebody else's link is.
        #expect(
            !hasProblems { readings in
                readings.sourceAnswers = .unknown("no manifest declares cluster id A")
                readings.sourceEnds[last] = .unknown("no manifest declares cluster id A")
            })
    }

    @Test func `says why it does not know the partitions of a mirror topic`() throws {
        var readings = readings()
        readings.partitionCounts["t"] = .unknown("cluster b: no answer")
        #expect(try topic(readings).partitions == [])
        #expect(try topic(readings).lagRecords == .unknown("cluster b: no answer"))
        #expect(try topic(readings).unreadBecause == "cluster b: no answer")
    }

    @Test func `a stopped topic has no lag`() throws {
        #expect(try topic(readings(mirror: .stopped)).lagRecords == .unknown("mirroring has stopped for good"))
    }

    @Test func `names the partition that a reason belongs to`() throws {
        var readings = readings(partitions: 3)
        readings.reports[partition(0)] = report(.active, 0)
        readings.reports[partition(1)] = report(.failed, 1, reason: "foreign write")
        readings.reports[partition(2)] = report(.active, 2)
        #expect(try topic(readings).reason == "partition 1: foreign write")
        readings.reports[partition(2)] = report(.failed, 2, reason: "foreign write")
        #expect(try topic(readings).reason == "2 of 3 partitions: foreign write")
    }

    @Test func `counts the partitions of each worker`() throws {
        var readings = readings(partitions: 2)
        readings.reports[partition(0)] = report(.active, 0)
        readings.reports[partition(1)] = report(.active, 1, worker: "host/8/w-2")
        let workers = StatusAssembly(readings, nowMs: Self.now).link().workers
        #expect(workers.value?.map(\.partitionCount) == [1])
    }

    @Test func `says whether files still ask for a topic`() throws {
        var readings = readings()
        #expect(try !topic(readings).isDeclared)
        readings.spec.mirrorTopics = [MirrorTopicSpec(name: "t", sourceName: "t", place: Self.place)]
        #expect(try topic(readings).isDeclared)
        readings.spec.mirrorTopics = []
        readings.spec.autoCreateFilters = TopicFilters([
            TopicFilter(name: "*", patternType: .literal, filterType: .include)
        ])
        #expect(try topic(readings).isDeclared)
    }

    @Test(arguments: [
        (Int64(-5), "0 s"), (999, "0 s"), (119_999, "119 s"), (120_000, "2 min"), (7_200_000, "2 h"),
        (172_800_000, "2 d"),
    ])
    func `writes ages`(_ milliseconds: Int64, _ expected: String) {
        #expect(StatusAssembly.ageText(milliseconds) == expected)
    }
}
