#include "databases/postgres_library.h"

#include "system/shared_library.h"

namespace feast {

namespace {

arrow::Result<PostgresLibrary> Load() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary library, SharedLibrary::Open("libpq.so.5", "libpq5"));
  PostgresLibrary functions;
  ARROW_RETURN_NOT_OK(library.Find("PQconnectdbParams", &functions.connectdbParams));
  ARROW_RETURN_NOT_OK(library.Find("PQconnectStartParams", &functions.connectStartParams));
  ARROW_RETURN_NOT_OK(library.Find("PQconnectPoll", &functions.connectPoll));
  ARROW_RETURN_NOT_OK(library.Find("PQsocket", &functions.socket));
  ARROW_RETURN_NOT_OK(library.Find("PQsetnonblocking", &functions.setnonblocking));
  ARROW_RETURN_NOT_OK(library.Find("PQstatus", &functions.status));
  ARROW_RETURN_NOT_OK(library.Find("PQerrorMessage", &functions.errorMessage));
  ARROW_RETURN_NOT_OK(library.Find("PQfinish", &functions.finish));
  ARROW_RETURN_NOT_OK(library.Find("PQsendQueryParams", &functions.sendQueryParams));
  ARROW_RETURN_NOT_OK(library.Find("PQflush", &functions.flush));
  ARROW_RETURN_NOT_OK(library.Find("PQconsumeInput", &functions.consumeInput));
  ARROW_RETURN_NOT_OK(library.Find("PQisBusy", &functions.isBusy));
  ARROW_RETURN_NOT_OK(library.Find("PQgetResult", &functions.getResult));
  ARROW_RETURN_NOT_OK(library.Find("PQresultStatus", &functions.resultStatus));
  ARROW_RETURN_NOT_OK(library.Find("PQresultErrorField", &functions.resultErrorField));
  ARROW_RETURN_NOT_OK(library.Find("PQntuples", &functions.ntuples));
  ARROW_RETURN_NOT_OK(library.Find("PQnfields", &functions.nfields));
  ARROW_RETURN_NOT_OK(library.Find("PQgetisnull", &functions.getisnull));
  ARROW_RETURN_NOT_OK(library.Find("PQgetvalue", &functions.getvalue));
  ARROW_RETURN_NOT_OK(library.Find("PQgetlength", &functions.getlength));
  ARROW_RETURN_NOT_OK(library.Find("PQclear", &functions.clear));
  return functions;
}

arrow::Result<PostgresBulkLibrary> LoadBulk() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary library, SharedLibrary::Open("libpq.so.5", "libpq5"));
  PostgresBulkLibrary functions;
  ARROW_RETURN_NOT_OK(library.Find("PQenterPipelineMode", &functions.enterPipelineMode));
  ARROW_RETURN_NOT_OK(library.Find("PQexitPipelineMode", &functions.exitPipelineMode));
  ARROW_RETURN_NOT_OK(library.Find("PQpipelineSync", &functions.pipelineSync));
  ARROW_RETURN_NOT_OK(library.Find("PQsendPrepare", &functions.sendPrepare));
  ARROW_RETURN_NOT_OK(library.Find("PQsendQueryPrepared", &functions.sendQueryPrepared));
  ARROW_RETURN_NOT_OK(library.Find("PQputCopyData", &functions.putCopyData));
  ARROW_RETURN_NOT_OK(library.Find("PQputCopyEnd", &functions.putCopyEnd));
  return functions;
}

}  // namespace

arrow::Result<const PostgresLibrary*> LoadPostgresLibrary() {
  static const arrow::Result<PostgresLibrary> library = Load();
  ARROW_RETURN_NOT_OK(library);
  return &library.ValueUnsafe();
}

arrow::Result<const PostgresBulkLibrary*> LoadPostgresBulkLibrary() {
  static const arrow::Result<PostgresBulkLibrary> library = LoadBulk();
  ARROW_RETURN_NOT_OK(library);
  return &library.ValueUnsafe();
}

}  // namespace feast
