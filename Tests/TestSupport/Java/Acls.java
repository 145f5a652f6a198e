import java.util.*;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.resource.*;

/** ACLs, each as "TOPIC orders LITERAL User:app * READ ALLOW". */
class Acls {
    static Answer run(String command, Arguments a) throws Exception {
        List<AclBinding> acls = new ArrayList<>();
        a.starting("acl.").values().forEach(line -> acls.add(binding(line)));
        switch (command) {
            case "acl-add": KafkaProbe.admin(a).createAcls(acls).all().get(); return new Answer();
            case "acl-remove":
                List<AclBindingFilter> filters = new ArrayList<>();
                acls.forEach(acl -> filters.add(acl.toFilter()));
                KafkaProbe.admin(a).deleteAcls(filters).all().get();
                return new Answer();
            default:
                Answer answer = new Answer();
                int number = 0;
                for (AclBinding acl : KafkaProbe.admin(a).describeAcls(AclBindingFilter.ANY).values().get()) {
                    answer.with("acl." + number++, line(acl));
                }
                return answer;
        }
    }

    static AclBinding binding(String line) {
        String[] w = line.split(" ");
        return new AclBinding(
                new ResourcePattern(ResourceType.fromString(w[0]), w[1], PatternType.fromString(w[2])),
                new AccessControlEntry(w[3], w[4], AclOperation.fromString(w[5]), AclPermissionType.fromString(w[6])));
    }

    static String line(AclBinding acl) {
        ResourcePattern r = acl.pattern();
        AccessControlEntry e = acl.entry();
        return r.resourceType() + " " + r.name() + " " + r.patternType() + " " + e.principal() + " " + e.host() + " "
                + e.operation() + " " + e.permissionType();
    }
}
