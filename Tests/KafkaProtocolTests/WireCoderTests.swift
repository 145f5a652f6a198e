import Bytes
import KafkaProtocol
import Testing

/// What reader and writer refuse, and in which words.
@Suite struct WireCoderTests {
    private func read<Message: WireStruct>(
        _ type: Message.Type, _ bytes: [UInt8], version: Int16, isFlexible: Bool
    ) -> String {
        do throws(WireError) {
            return "\(try Message.decode(ByteSlice(bytes), version: version, isFlexible: isFlexible))"
        } catch {
            return error.description
        }
    }

    private func write(_ message: some WireStruct, version: Int16, isFlexible: Bool) -> String {
        var writer = WireWriter()
        writer.append([1, 2])
        do throws(WireError) {
            try message.encode(into: &writer, version: version, isFlexible: isFlexible)
            return "\(writer.flattened.dropFirst(2))"
        } catch {
            return error.description + (writer.flattened == [1, 2] ? "" : ", but the writer changed")
        }
    }

    @Test func `names the field and the place where bytes end`() {
        let bytes: [UInt8] = [0, 0, 0, 1, 0, 9, 0x61]
        let text = read(DeleteTopicsRequest.self, bytes, version: 1, isFlexible: false)
        #expect(text == "topicNames at byte 6: needs 9 bytes, 1 left")
    }

    @Test func `names the element of an array and counts bytes from the start of the message`() {
        // One topic "t" with one partition that ends after its index.
        let bytes: [UInt8] = [0, 0, 0, 1, 0, 1, 0x74, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0]
        let text = read(DeleteRecordsRequest.self, bytes, version: 0, isFlexible: false)
        #expect(text == "topics[0].partitions[0].offset at byte 15: needs 8 bytes, 2 left")
    }

    @Test func `counts bytes inside a tagged field from the start of the message`() {
        // Flexible ApiVersions response: no APIs, no throttling, tag 1 (an INT64) with three bytes.
        let bytes: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 1, 1, 3, 0, 0, 0]
        let text = read(ApiVersionsResponse.self, bytes, version: 3, isFlexible: true)
        #expect(text == "finalizedFeaturesEpoch at byte 10: needs 8 bytes, 3 left")
    }

    @Test func `refuses a tagged field that is longer than its content`() {
        let bytes: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 1, 3, 2, 1, 9]
        let text = read(ApiVersionsResponse.self, bytes, version: 3, isFlexible: true)
        #expect(text == "zkMigrationReady: 1 bytes left over at byte 11")
    }

    @Test(arguments: [[99, 98], [99, 99]] as [[UInt8]])
    func `refuses tags that are not in ascending order`(tags: [UInt8]) {
        let bytes: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 2, tags[0], 0, tags[1], 0]
        let text = read(ApiVersionsResponse.self, bytes, version: 3, isFlexible: true)
        #expect(text == "tag at byte 11: tags are not in ascending order")
    }

    @Test func `skips tagged fields it does not know`() throws {
        let bytes: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 2, 3, 1, 1, 99, 2, 7, 8]
        let response = try ApiVersionsResponse.decode(ByteSlice(bytes), version: 3, isFlexible: true)
        #expect(response.zkMigrationReady)
    }

    @Test func `refuses null where there must be text`() {
        let old = read(DeleteGroupsRequest.self, [0, 0, 0, 1, 0xff, 0xff], version: 0, isFlexible: false)
        #expect(old == "groupsNames at byte 4: is null and may not be")
        let compact = read(DeleteGroupsRequest.self, [2, 0, 0], version: 2, isFlexible: true)
        #expect(compact == "groupsNames at byte 1: is null and may not be")
        let array = read(DeleteGroupsRequest.self, [0, 0], version: 2, isFlexible: true)
        #expect(array == "groupsNames at byte 0: is null and may not be")
    }

    @Test func `refuses a null name in versions before it may be null`() {
        let bytes: [UInt8] = [0, 0, 0, 1, 0xff, 0xff]
        let text = read(MetadataRequest.self, bytes, version: 1, isFlexible: false)
        #expect(text == "topics[0].name at byte 4: is null and may not be")
        let request = MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = nil }] }
        #expect(
            write(request, version: 9, isFlexible: true)
                == "topics[0].name: version 9 of this message cannot carry it")
        #expect(!write(request, version: 10, isFlexible: true).contains("cannot"))
    }

    @Test func `refuses text that is not UTF-8`() {
        let text = read(DeleteGroupsRequest.self, [0, 0, 0, 1, 0, 1, 0xff], version: 0, isFlexible: false)
        #expect(text == "groupsNames at byte 6: is not UTF-8 text")
    }

    @Test func `refuses lengths below null and counts beyond the bytes`() {
        let negative = read(DeleteGroupsRequest.self, [0xff, 0xff, 0xff, 0xfe], version: 0, isFlexible: false)
        #expect(negative == "groupsNames at byte 0: -2 is out of range")
        let huge = read(DeleteGroupsRequest.self, [0x7f, 0xff, 0xff, 0xff, 0], version: 0, isFlexible: false)
        #expect(huge == "groupsNames at byte 0: 2147483647 is out of range")
        let compact = read(DeleteGroupsRequest.self, [0xff, 0xff, 0xff, 0xff, 0x0f], version: 2, isFlexible: true)
        #expect(compact == "groupsNames at byte 0: 4294967294 is out of range")
    }

    @Test func `refuses more elements in all arrays together than it is allowed`() throws {
        let request = DescribeProducersRequest { request in
            request.topics = (0..<3).map { _ in .init { $0.partitionIndexes = [1, 2, 3] } }
        }
        var writer = WireWriter()
        try request.encode(into: &writer, version: 0, isFlexible: true)
        func decode(_ maximumElements: Int) throws(WireError) -> DescribeProducersRequest {
            var decoder = WireDecoder(
                ByteSlice(writer.flattened), version: 0, isFlexible: true, maximumElements: maximumElements)
            var message = DescribeProducersRequest()
            try message.code(with: &decoder)
            return message
        }
        #expect(try decode(12) == request)
        let error = #expect(throws: WireError.self) { try decode(11) }
        #expect(error?.description == "topics[2].partitionIndexes at byte 32: 3 is out of range")
    }

    @Test func `refuses bytes behind the message`() {
        let text = read(HeartbeatResponse.self, [0, 0, 9], version: 0, isFlexible: false)
        #expect(text == "message: 1 bytes left over at byte 2")
    }

    @Test func `refuses text longer than INT16 can count, in every version`() {
        let request = DeleteGroupsRequest { $0.groupsNames = [String(repeating: "x", count: 32_768)] }
        #expect(write(request, version: 0, isFlexible: false) == "groupsNames at byte 6: 32768 is out of range")
        #expect(write(request, version: 2, isFlexible: true) == "groupsNames at byte 3: 32768 is out of range")
        let long = [2, 0x81, 0x80, 2] + [UInt8](repeating: 0x78, count: 32_768) + [0, 0]
        let text = read(DeleteGroupsRequest.self, long, version: 2, isFlexible: true)
        #expect(text == "groupsNames at byte 1: 32768 is out of range")
    }

    @Test func `refuses to drop what a version cannot carry`() {
        let leave = LeaveGroupRequest { $0.members = [.init { $0.memberId = "m" }] }
        #expect(write(leave, version: 2, isFlexible: false) == "members: version 2 of this message cannot carry it")
        let fetch = FetchRequest {
            $0.topics = [.init { $0.partitions = [.init { $0.lastFetchedEpoch = 3 }] }]
        }
        let path = "topics[0].partitions[0].lastFetchedEpoch"
        #expect(write(fetch, version: 11, isFlexible: false) == "\(path): version 11 of this message cannot carry it")
        let replica = FetchRequest { $0.replicaState.replicaId = 1 }
        #expect(
            write(replica, version: 14, isFlexible: true) == "replicaState: version 14 of this message cannot carry it")
    }

    @Test func `drops what Kafka calls ignorable`() {
        let silent = write(HeartbeatResponse { $0.throttleTimeMs = 5 }, version: 0, isFlexible: false)
        #expect(silent == "[0, 0]")
    }
}
