package io.nightjar.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.vocabulary.Vocabulary.Entry;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Property(tries = 100)
  void anItemsIndexLeadsBackToTheItem(@ForAll @UniqueElements List<String> ids) {
    Vocabulary vocabulary = Vocabulary.of(ids.stream().map(id -> new Entry(id, 1)).toList());

    assertThat(vocabulary.items()).isEqualTo(ids.size());
    assertThat(ids)
        .allSatisfy(id -> assertThat(vocabulary.itemId(vocabulary.index(id))).isEqualTo(id))
        .allSatisfy(id -> assertThat(vocabulary.index(id)).isNotEqualTo(Vocabulary.PADDING));
  }

  @Test
  void anUnknownItemIsPadding() {
    assertThat(Vocabulary.of(List.of(new Entry("a", 1))).index("b")).isEqualTo(Vocabulary.PADDING);
  }

  @Test
  void unknownItemsAreLeftOutOfASequenceAndTheRestKeepsItsOrder() {
    Vocabulary vocabulary = Vocabulary.of(List.of(new Entry("a", 2), new Entry("b", 1)));

    assertThat(vocabulary.indicesOfKnown(List.of("b", "x", "a", "b"))).containsExactly(2, 1, 2);
  }

  @Test
  void theChecksumKnowsOrderAndBoundaries() {
    assertThat(checksum("a", "b")).isNotEqualTo(checksum("b", "a")).isNotEqualTo(checksum("ab"));
    assertThat(checksum("a", "b")).isEqualTo(checksum("a", "b"));
  }

  private static String checksum(String... ids) {
    return Vocabulary.of(List.of(ids).stream().map(id -> new Entry(id, 1)).toList()).checksum();
  }
}
