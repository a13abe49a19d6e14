import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Events } from "@/components/audit/Events";
import { Export } from "@/components/audit/Export";
import { Seals } from "@/components/audit/Seals";
import { researchMeQuery } from "./me";

const route = getRouteApi("/research/research/audit");

function usePermissions(): readonly string[] {
  return useQuery(researchMeQuery).data?.permissions ?? [];
}

export function EventsPage() {
  const navigate = route.useNavigate();
  return <Events app="research" permissions={usePermissions()} filter={route.useSearch()} onFilter={(search) => void navigate({ search })} />;
}

export function SealsPage() {
  return <Seals app="research" permissions={usePermissions()} />;
}

export function ExportPage() {
  return <Export app="research" permissions={usePermissions()} />;
}
