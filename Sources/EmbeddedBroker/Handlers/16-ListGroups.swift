import KafkaProtocol

/// Lists groups, all of them of the classic protocol, by state and type if asked.
enum ListGroupsHandler: RequestHandler {
    typealias Request = ListGroupsRequest

    private static let groupType = "classic"
    private static let tellsState: Int16 = 4
    private static let tellsType: Int16 = 5

    static func answer(
        _ request: ListGroupsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> ListGroupsResponse {
        let states = request.statesFilter.map { $0.lowercased() }
        let types = request.typesFilter.map { $0.lowercased() }
        let seesAll = broker.isAllowed(.describe, .cluster, context)
        let groups = broker.groups.groups.values.filter { group in
            (seesAll || broker.isAllowed(.describe, .group(group.id), context))
                && (states.isEmpty || states.contains(group.state.rawValue.lowercased()))
                && (types.isEmpty || types.contains(groupType))
        }
        return ListGroupsResponse {
            $0.groups = groups.sorted { $0.id < $1.id }.map { group in
                ListGroupsResponse.ListedGroup {
                    $0.groupId = group.id
                    $0.protocolType = group.protocolType ?? ""
                    if context.version >= tellsState { $0.groupState = group.state.rawValue }
                    if context.version >= tellsType { $0.groupType = groupType }
                }
            }
        }
    }

    static func refusal(_ request: ListGroupsRequest, _ code: ErrorCode) -> ListGroupsResponse {
        ListGroupsResponse { $0.errorCode = code.rawValue }
    }
}
