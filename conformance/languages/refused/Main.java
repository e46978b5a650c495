import java.util.List;
import java.util.Map;
import dev.cdk8smesh.*;
import org.cdk8s.App;
import org.cdk8s.Chart;

public class Main {
  public static void main(String[] args) {
    App app = new App();
    MeshTargets.of(app).add(MeshTarget.networkPolicy());
    Chart chart = Chart.Builder.create(app, "shop").namespace("shop").build();

    ServiceAccessPolicy.Builder.create(chart, "cart-access")
        .destination(MeshService.of("cart", MeshServiceOptions.builder().port(8080).podSelector(Map.of("app", "cart")).build()))
        .allow(List.of(AccessAllowance.builder()
            .sources(List.of(Identity.namespace("web")))
            .requests(List.of(HttpMatch.of(HttpMatchOptions.builder().path("/cart").build())))
            .build()))
        .build();

    app.synth();
  }
}
