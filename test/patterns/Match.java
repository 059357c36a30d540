import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** Reads [{"pattern": text, "events": [text]}] from the input; says for each whether AWS's matcher refuses it, and which events match. */
public class Match {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode answers = mapper.createArrayNode();
    for (JsonNode asked : mapper.readTree(System.in)) {
      String pattern = asked.get("pattern").asText();
      ObjectNode answer = answers.addObject();
      String refused = JsonRuleCompiler.check(pattern);
      answer.put("refused", refused);
      ArrayNode matches = answer.putArray("matches");
      if (refused != null) continue;
      Machine machine = new Machine();
      machine.addRule("rule", pattern);
      for (JsonNode event : asked.get("events")) matches.add(!machine.rulesForJSONEvent(event.asText()).isEmpty());
    }
    System.out.println(answers);
  }
}
