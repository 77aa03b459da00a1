// libpq, loaded when it is first needed: it brings TLS and Kerberos along, which commands on other registries do
// without.
#pragma once

#include <libpq-fe.h>

#include "arrow/result.h"

namespace feast {

/// The functions of libpq that are used here, by their own names.
struct PostgresLibrary {
  decltype(&PQconnectdbParams) connectdbParams;
  decltype(&PQconnectStartParams) connectStartParams;
  decltype(&PQconnectPoll) connectPoll;
  decltype(&PQsocket) socket;
  decltype(&PQsetnonblocking) setnonblocking;
  decltype(&PQstatus) status;
  decltype(&PQerrorMessage) errorMessage;
  decltype(&PQfinish) finish;
  decltype(&PQsendQueryParams) sendQueryParams;
  decltype(&PQflush) flush;
  decltype(&PQconsumeInput) consumeInput;
  decltype(&PQisBusy) isBusy;
  decltype(&PQgetResult) getResult;
  decltype(&PQresultStatus) resultStatus;
  decltype(&PQresultErrorField) resultErrorField;
  decltype(&PQntuples) ntuples;
  decltype(&PQnfields) nfields;
  decltype(&PQgetisnull) getisnull;
  decltype(&PQgetvalue) getvalue;
  decltype(&PQgetlength) getlength;
  decltype(&PQclear) clear;
};

/// Those for many statements and rows at once, which libpq has since version 14.
struct PostgresBulkLibrary {
  decltype(&PQenterPipelineMode) enterPipelineMode;
  decltype(&PQexitPipelineMode) exitPipelineMode;
  decltype(&PQpipelineSync) pipelineSync;
  decltype(&PQsendPrepare) sendPrepare;
  decltype(&PQsendQueryPrepared) sendQueryPrepared;
  decltype(&PQputCopyData) putCopyData;
  decltype(&PQputCopyEnd) putCopyEnd;
};

/// Never unloaded. IOError when the library is not installed.
arrow::Result<const PostgresLibrary*> LoadPostgresLibrary();
arrow::Result<const PostgresBulkLibrary*> LoadPostgresBulkLibrary();

}  // namespace feast
