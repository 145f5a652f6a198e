import Credentials
import Diagnostics
import KafkaModel

/// Makes tokens without signature (RFC 7519, section 6), as Kafka's default login callback does.
///
/// Only listeners that were told to trust anybody take them.
enum UnsecuredJWS {
    /// A token that is valid from `nowMs`, in milliseconds since 1970.
    static func token(_ declared: UnsecuredToken, nowMs: Int64) -> Secret {
        var members: [(String, String)] = []
        let issued = Double(nowMs) / 1000
        members.append(("iat", seconds(issued)))
        members.append(("exp", seconds(issued + Double(declared.lifetimeSeconds))))
        for (name, value) in declared.texts { members.append((name, QuotedJSON.of(value))) }
        for (name, value) in declared.numbers { members.append((name, value)) }
        for (name, values) in declared.lists {
            members.append((name, "[" + values.map(QuotedJSON.of).joined(separator: ",") + "]"))
        }
        // A claim that is declared takes the place of ours.
        let claims = Dictionary(members, uniquingKeysWith: { _, last in last }).sorted { $0.key < $1.key }
        let body = "{" + claims.map { "\(QuotedJSON.of($0.key)):\($0.value)" }.joined(separator: ",") + "}"
        return Secret("\(encoded("{\"alg\":\"none\"}")).\(encoded(body)).")
    }

    /// Base64 in the alphabet for URLs, without padding (RFC 4648, section 5).
    private static func encoded(_ text: String) -> String {
        Base64.encode(Array(text.utf8)).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Seconds with three digits, without the exponent that `Double` writes.
    private static func seconds(_ value: Double) -> String {
        let ms = Int64(value * 1000)
        let fraction = String(ms % 1000)
        return "\(ms / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
