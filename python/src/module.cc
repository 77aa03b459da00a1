// The extension module feast._feast: the C++ library's classes as Python's.
#include "bindings.h"
#include "parallel/memory_pool.h"

NB_MODULE(_feast, module) {
  using namespace feast::python;  // NOLINT(google-build-using-namespace)
  nanobind::set_leak_warnings(false);
  feast::ChooseMemoryPool();
  module.attr("cpp_version") = FEAST_VERSION;
  module.attr("compatible_version") = FEAST_COMPATIBLE_VERSION;
  BindTypes(module);
  BindDataFormats(module);
  BindEntity(module);
  BindDataSources(module);
  BindTransformations(module);
  BindFeatureViews(module);
  BindOnDemandFeatureView(module);
  BindLoggingConfig(module);
  BindFeatureService(module);
  BindSavedDataset(module);
  BindDefinitions(module);
  BindRepoConfig(module);
  BindRetrievalJob(module);
  BindFeatureStore(module);
  BindNativeStores(module);
  BindCommandLine(module);
  InstallPythonStores();
}
