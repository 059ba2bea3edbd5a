package io.nightjar.training;

import java.util.Collection;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The part of dl4j-spark's interface that a master has to have and a recommendation network has no
 * use for: computation graphs, data sets as files, workers that train by DL4J's own
 * backpropagation.
 */
abstract class DataSetTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  /** The local property behind the Spark UI's job descriptions. */
  static final String JOB_DESCRIPTION = "spark.job.description";

  private static final String ONLY_DATA_SETS =
      "sparse-averaging trains a MultiLayerNetwork on an RDD of DataSets: use"
          + " SparkDl4jMultiLayer.fit(JavaRDD<DataSet>)";

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw new UnsupportedOperationException(ONLY_DATA_SETS);
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw new UnsupportedOperationException(ONLY_DATA_SETS);
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader dataSets,
      MultiDataSetLoader multiDataSets) {
    throw new UnsupportedOperationException(ONLY_DATA_SETS);
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> batches) {
    throw new UnsupportedOperationException(ONLY_DATA_SETS);
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> batches) {
    throw new UnsupportedOperationException(ONLY_DATA_SETS);
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "sparse-averaging runs no DL4J hooks; use observedBy(TrainingObserver)");
  }

  @Override
  public void removeHook(TrainingHook hook) {
    throw new UnsupportedOperationException("sparse-averaging runs no DL4J hooks");
  }

  @Override
  public String toYaml() {
    return toJson();
  }

  /** Times are always collected, and reported to the observer. */
  @Override
  public void setCollectTrainingStats(boolean collect) {}

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {}

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {}

  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }
}
