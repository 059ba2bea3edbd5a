package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.ForgottenUsers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** The warehouse's {@code forgotten/users.json}: digests of users whose clicks are not let in. */
final class ForgottenUsersDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ForgottenUsersDocument() {}

  static ForgottenUsers read(JobContext context) throws IOException {
    Optional<JsonNode> document = context.documents().read(path(context));
    List<String> digests = new ArrayList<>();
    document.ifPresent(
        found -> found.path("sha256").forEach(digest -> digests.add(digest.asText())));
    return ForgottenUsers.ofDigests(digests);
  }

  static void write(JobContext context, ForgottenUsers users) throws IOException {
    ObjectNode document = JSON.createObjectNode();
    users.digests().stream().sorted().forEach(document.putArray("sha256")::add);
    context.documents().write(path(context), document);
  }

  private static Path path(JobContext context) {
    return new Path(context.warehouse().table("forgotten"), "users.json");
  }
}
