import { queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";

export type DataExport = Schema<"ExportAnswer">;

/** How often it is asked how far an export is. */
const SOON = 2000;

/** An export of all that is known of a patient; asked for again while it is made. */
export const exportQuery = (exportId: string) =>
  queryOptions({
    queryKey: ["exports", exportId],
    queryFn: ({ signal }) => answered(care.GET("/v1/exports/{export_id}", { params: { path: { export_id: exportId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? SOON : false),
  });

/** Has all that is known of a patient put together; asked again while it is made, it is the same. */
export function requestExport(patientId: string): Promise<DataExport> {
  return answered(care.POST("/v1/patients/{patient_id}/exports", { params: { path: { patient_id: patientId } } }));
}
