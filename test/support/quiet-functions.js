// Handlers that run in the test's own process keep their log lines and metrics to themselves.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
