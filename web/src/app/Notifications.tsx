import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";

/** Where what is done or has failed is said for a moment. */
export default function TopNotifications() {
  return <Notifications position="top-center" />;
}
