package io.nightjar.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The report as one HTML page that needs nothing else: the numbers as JSON inside it, and a script
 * that shows them as tables and, with uPlot, as charts.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * The page.
   *
   * @param data what the script of {@code report/page.html} reads
   */
  public static String page(JsonNode data) {
    // A closing tag inside the data would end the script that holds it.
    String json = data.toString().replace("<", "\\u003c");
    return resource("page.html")
        .replace("/*UPLOT_CSS*/", resource("uplot.css"))
        .replace("/*UPLOT_JS*/", resource("uplot.js"))
        .replace("/*DATA*/", json);
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream("/report/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("The jar holds report/" + name, e);
    }
  }
}
