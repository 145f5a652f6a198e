/// The codes of findings about what manifests mean.
///
/// Codes of their form are in `YAMLCode`.
package enum ManifestCode: String, CaseIterable, Sendable {
    /// No manifest was found at all.
    case noManifests = "K001"
    /// A word that is not one of those allowed here.
    case unknownWord = "K016"
    /// A number, duration or address that is out of range or malformed.
    case badValue = "K017"
    /// The document's `apiVersion` is not one this version reads.
    case unknownVersion = "K020"
    /// The document's `kind` is not one this version reads.
    case unknownKind = "K021"
    /// Two documents of one kind have the same name.
    case duplicateName = "K023"
    /// A `clusterRef` or `linkRef` names nothing.
    case missingReference = "K024"
    /// A topic name or prefix that Kafka would refuse.
    case topicName = "K025"
    /// A topic that belongs to Kafka or to a tool.
    case internalTopic = "K026"
    /// A filter that cannot mean what was probably meant.
    case filter = "K027"
    /// A feature is switched on without the filters it needs, or has filters and is not switched on.
    case missingFilters = "K028"
    /// `${…}` that is not one of the three references.
    case reference = "K030"
    /// The mirror's name is not prefix + source name.
    case mirrorName = "K031"
    /// The same mirror topic stands in two places.
    case duplicateMirror = "K032"
    /// A secret is written in plain text. A warning.
    case plainTextSecret = "K033"
    /// A property or config key that is not known.
    case unknownProperty = "K034"
    /// Two keys that exclude each other, or a key in the wrong place.
    case conflict = "K036"
    /// The link's clusters cannot be linked this way.
    case clusters = "K037"
    /// One link's prefix begins with another's. A warning.
    case prefixOverlap = "K038"
    /// A topic config that an entry sets although it follows the source.
    case configOverride = "K039"
    /// How connections are protected makes no sense as it is written.
    case security = "K042"
    /// Connections are less safe than they could be. A warning.
    case unverifiedHosts = "K043"
    /// The feature is known and not available in this version.
    case notAvailable = "K040"
    /// Known, but without effect in this version. A warning.
    case noEffect = "K041"
}
