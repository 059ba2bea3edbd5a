import java.io.File;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Another team's program: it has DL4J and a model file, and no Nightjar. */
public class Scores {
  public static void main(String[] arguments) throws Exception {
    try {
      Class.forName("io.nightjar.Nightjar");
      throw new IllegalStateException("Nightjar is on the class path");
    } catch (ClassNotFoundException expected) {
      MultiLayerNetwork network =
          ModelSerializer.restoreMultiLayerNetwork(new File(arguments[0]), false);
      float[] items = new float[arguments.length - 1];
      for (int i = 0; i < items.length; i++) {
        items[i] = Float.parseFloat(arguments[i + 1]);
      }
      INDArray output = network.output(Nd4j.createFromArray(new float[][] {items}));
      INDArray last =
          output.get(NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.point(items.length - 1));
      System.out.println(Arrays.toString(last.toFloatVector()));
    }
  }
}
