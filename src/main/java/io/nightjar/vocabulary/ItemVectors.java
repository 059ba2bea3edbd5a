package io.nightjar.vocabulary;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The trained embedding matrix as a table, for other teams too. */
public final class ItemVectors {
  /** The item vectors table. */
  public static final StructType SCHEMA =
      new StructType()
          .add("item_id", DataTypes.StringType, false)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private ItemVectors() {}

  /** The embedding matrix of a network, {@code [vocabularySize][embedding]}. */
  public static float[][] of(MultiLayerNetwork network) {
    return MatrixRows.of(network.getLayer(0).getParam("W"));
  }

  /** A row for each item; the padding has none. */
  public static Dataset<Row> table(SparkSession spark, Vocabulary vocabulary, float[][] vectors) {
    List<Row> rows = new ArrayList<>(vocabulary.items());
    for (int index = 1; index < vocabulary.size(); index++) {
      rows.add(RowFactory.create(vocabulary.itemId(index), vectors[index]));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }
}
