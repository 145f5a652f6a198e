import Bytes
import KafkaProtocol

/// Describes groups and their members.
///
/// Metadata is told of stable groups only; assignments of members that have one.
enum DescribeGroupsHandler: RequestHandler {
    typealias Request = DescribeGroupsRequest

    private static let reportsUnknown: Int16 = 6

    static func answer(
        _ request: DescribeGroupsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DescribeGroupsResponse {
        var response = DescribeGroupsResponse()
        response.groups = request.groups.map { id in
            guard broker.isAllowed(.describe, .group(id), context) else {
                return failed(id, .groupAuthorizationFailed)
            }
            var described = broker.groups.groups[id].map(describe) ?? unknown(id, context.version)
            if request.includeAuthorizedOperations && described.errorCode == 0 {
                described.authorizedOperations = broker.authorizedOperations(.group(id), context)
            }
            return described
        }
        return response
    }

    static func refusal(_ request: DescribeGroupsRequest, _ code: ErrorCode) -> DescribeGroupsResponse {
        DescribeGroupsResponse {
            $0.groups = request.groups.map { failed($0, code) }
        }
    }

    private static func failed(_ id: String, _ code: ErrorCode) -> DescribeGroupsResponse.DescribedGroup {
        DescribeGroupsResponse.DescribedGroup {
            $0.groupId = id
            $0.errorCode = code.rawValue
        }
    }

    private static func unknown(_ id: String, _ version: Int16) -> DescribeGroupsResponse.DescribedGroup {
        DescribeGroupsResponse.DescribedGroup {
            $0.groupId = id
            $0.groupState = "Dead"
            guard version >= reportsUnknown else { return }
            $0.errorCode = ErrorCode.groupIdNotFound.rawValue
            $0.errorMessage = "Group \(id) not found."
        }
    }

    private static func describe(_ group: ClassicGroup) -> DescribeGroupsResponse.DescribedGroup {
        let isStable = group.state == .stable
        return DescribeGroupsResponse.DescribedGroup {
            $0.groupId = group.id
            $0.groupState = group.state.rawValue
            $0.protocolType = group.protocolType ?? ""
            $0.protocolData = isStable ? group.protocolName ?? "" : ""
            $0.members = group.orderedMembers.map { member in
                DescribeGroupsResponse.DescribedGroupMember {
                    $0.memberId = member.id
                    $0.groupInstanceId = member.instanceId
                    $0.clientId = member.clientId
                    $0.clientHost = member.clientHost
                    $0.memberMetadata = isStable ? member.metadata(group.protocolName ?? "") : .empty
                    $0.memberAssignment = member.assignment
                }
            }
        }
    }
}
