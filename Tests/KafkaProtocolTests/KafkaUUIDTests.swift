import KafkaProtocol
import Testing

/// The text form of topic ids, against what Kafka's `Uuid` prints.
@Suite struct KafkaUUIDTests {
    private static let printedByKafka: [(high: UInt64, low: UInt64, text: String)] = [
        (0, 0, "AAAAAAAAAAAAAAAAAAAAAA"),
        (0, 1, "AAAAAAAAAAAAAAAAAAAAAQ"),
        (1, 0, "AAAAAAAAAAEAAAAAAAAAAA"),
        (.max, .max, "_____________________w"),
        (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, "ASNFZ4mrze_-3LqYdlQyEA"),
        (0x8000_0000_0000_0000, 0x7fff_ffff_ffff_ffff, "gAAAAAAAAAB__________w"),
        (0xfbef_befb_efbe_fbef, 0xbefb_efbe_fbef_befb, "---------------------w"),
        (0x5c3d_7280_e2c4_4fa4, 0xa988_e9d0_feac_f943, "XD1ygOLET6SpiOnQ_qz5Qw"),
    ]

    @Test(arguments: printedByKafka)
    func `prints and reads what Kafka prints`(high: UInt64, low: UInt64, text: String) {
        let id = KafkaUUID(high: high, low: low)
        #expect(id.description == text)
        #expect(KafkaUUID(text) == id)
    }

    @Test(arguments: [
        "", "AAAA", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB",
        "AAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAA+AAAAAAAAAAA", "ÄAAAAAAAAAAAAAAAAAAAA",
    ])
    func `refuses what is no id`(text: String) {
        #expect(KafkaUUID(text) == nil)
    }
}
