package io.nightjar.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mini-batches as DL4J's softmax wants them: features {@code [batch][time]} with item indices,
 * labels one-hot {@code [batch][row][time]}, masks 1 where there is an event. Made one at a time: a
 * batch of labels takes {@code 4 * batch * vocabularySize * time} bytes.
 */
record OneHotBatches(int vocabularySize, int batch) implements Serializable {
  private static final long serialVersionUID = 1L;

  Iterator<DataSet> of(Iterator<int[]> sequences) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sequences.hasNext();
      }

      @Override
      public DataSet next() {
        List<int[]> members = new ArrayList<>(batch);
        while (sequences.hasNext() && members.size() < batch) {
          members.add(sequences.next());
        }
        return dataSet(members);
      }
    };
  }

  private DataSet dataSet(List<int[]> members) {
    int length = members.stream().mapToInt(member -> member.length - 1).max().orElseThrow();
    INDArray features = Nd4j.zeros(DataType.FLOAT, members.size(), length);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, members.size(), vocabularySize, length);
    INDArray mask = Nd4j.zeros(DataType.FLOAT, members.size(), length);
    for (int row = 0; row < members.size(); row++) {
      int[] items = members.get(row);
      for (int time = 0; time < items.length - 1; time++) {
        features.putScalar(row, time, items[time]);
        labels.putScalar(row, items[time + 1], time, 1);
        mask.putScalar(row, time, 1);
      }
    }
    return new DataSet(features, labels, mask, mask);
  }
}
