import { infiniteQueryOptions } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";

/** Who opened a patient's record, newest first. */
export const disclosuresQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: ["audit", "disclosures", patientId],
    queryFn: ({ signal, pageParam }) => {
      const params = { path: { patient_id: patientId }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } };
      return answered(care.GET("/v1/patients/{patient_id}/disclosures", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
