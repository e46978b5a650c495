import java.util.List;
import java.util.Map;
import dev.cdk8smesh.*;
import org.cdk8s.App;
import org.cdk8s.Chart;

public class Main {
  public static void main(String[] args) {
    App app = new App();
    MeshTargets.of(app).add(MeshTarget.gatewayApi(GatewayApiTargetOptions.builder().mesh(MeshImplementation.ISTIO).build()));

    Chart chart = Chart.Builder.create(app, "shop").namespace("shop").build();
    MeshService cart = MeshService.of("cart", MeshServiceOptions.builder()
        .port(8080).serviceAccount("cart").podSelector(Map.of("app", "cart")).build());

    // Clients call cart; a tenth of their requests go to the new version.
    CanaryRelease.Builder.create(chart, "cart-release")
        .service(cart)
        .stable(cart.variant("cart-v1"))
        .canary(cart.variant("cart-v2"))
        .weight(10)
        .build();

    // Only web may call it, and only to read.
    ServiceAccessPolicy.Builder.create(chart, "cart-access")
        .destination(cart)
        .allow(List.of(AccessAllowance.builder()
            .sources(List.of(Identity.serviceAccount("web")))
            .requests(List.of(HttpMatch.of(HttpMatchOptions.builder().methods(List.of("GET")).pathPrefix("/cart").build())))
            .build()))
        .build();

    app.synth();
  }
}
