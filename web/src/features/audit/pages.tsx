import { getRouteApi } from "@tanstack/react-router";
import { useMe } from "@/api/me";
import { Events } from "@/components/audit/Events";
import { Export } from "@/components/audit/Export";
import { Seals } from "@/components/audit/Seals";

const route = getRouteApi("/care/audit");

export function EventsPage() {
  const { permissions } = useMe();
  const navigate = route.useNavigate();
  return <Events app="care" permissions={permissions} filter={route.useSearch()} onFilter={(search) => void navigate({ search })} />;
}

export function SealsPage() {
  return <Seals app="care" permissions={useMe().permissions} />;
}

export function ExportPage() {
  return <Export app="care" permissions={useMe().permissions} />;
}
